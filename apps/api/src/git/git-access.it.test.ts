import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GitDoor } from './testing/git-door.js';

let git: GitDoor;
beforeAll(async () => {
  git = await GitDoor.open();
});
afterAll(() => git.close());

describe('who may', () => {
  it('push: nobody without a valid token', async () => {
    const tree = await git.clone(git.newName(), { token: `berth_aaaaaaaa_${'x'.repeat(43)}` });
    const { code, output } = await tree.tryGit('push', 'berth', 'main');
    expect(code).not.toBe(0);
    expect(output).toContain('Authentication failed');
    const response = await fetch(`${git.door.url}/git/x.git/info/refs?service=git-receive-pack`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Basic');
  });

  it('push: not a viewer, and not with a token that only reads; both may fetch', async () => {
    const { app } = await git.deployed();
    for (const user of [
      await git.door.user({ role: 'viewer', team: git.owner.team }),
      await git.door.user({ role: 'owner', team: git.owner.team, scopes: ['read'] }),
    ]) {
      const tree = await git.clone(app, user);
      const { code, output } = await tree.tryGit('push', '-f', 'berth', 'main');
      expect(code).not.toBe(0);
      expect(output).toMatch(/remote: This (takes the role|token lacks the scope)/);
      expect(output).toContain('403');
      expect((await tree.tryGit('fetch', 'berth')).code).toBe(0);
    }
  });

  it('see: not another team, which learns of nothing', async () => {
    const { app } = await git.deployed();
    const stranger = await git.door.user();
    const tree = await git.clone(app, stranger);
    for (const command of [
      ['push', 'berth', 'main'],
      ['fetch', 'berth'],
    ]) {
      const { code, output } = await tree.tryGit(...command);
      expect(code).not.toBe(0);
      expect(output).toContain(`There is no app "${app}" that you may use`);
    }
  });

  it('create: in the only team, or the one named by -o team=', async () => {
    const user = await git.door.user();
    const second = await git.door.team();
    await git.door.database.db.member.create({
      data: { teamId: second.id, userId: user.id, role: 'developer' },
    });
    const app = git.newName();
    const tree = await git.clone(app, user);
    const refused = await tree.tryGit('push', 'berth', 'main');
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('Push again with -o team=NAME.');
    const [push] = await Promise.all([
      tree.tryGit('push', '-o', `team=${second.slug}`, 'berth', 'main'),
      git.platform.deploys(app, 1),
    ]);
    expect(push.code, push.output).toBe(0);
    expect((await git.door.database.db.app.findFirstOrThrow({ where: { name: app } })).teamId).toBe(
      second.id,
    );
  });

  it('create: not with a token that only deploys, not as a viewer, and not under a bad name', async () => {
    const deployOnly = await git.door.user({ scopes: ['deploy'] });
    const viewer = await git.door.user({ role: 'viewer' });
    for (const [user, name, says] of [
      [deployOnly, git.newName(), 'no team that you may create an app in'],
      [viewer, git.newName(), 'no team that you may create an app in'],
      [git.owner, 'Bad--Name', 'A name has 2 to 40'],
      [git.owner, 'admin', 'reserved'],
    ] as const) {
      const tree = await git.clone(name, user);
      const { code, output } = await tree.tryGit('push', 'berth', 'main');
      expect(code).not.toBe(0);
      expect(output).toContain(says);
      expect(await git.door.database.db.app.count({ where: { name } })).toBe(0);
    }
  });
});
