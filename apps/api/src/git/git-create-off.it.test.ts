import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GitDoor } from './testing/git-door.js';

let git: GitDoor;
beforeAll(async () => {
  git = await GitDoor.open({ BERTH_CREATE_ON_PUSH: '0' });
});
afterAll(() => git.close());

describe('a platform where pushes create no apps', () => {
  it('says so, and takes the push once the app is there', async () => {
    const tree = await git.clone('hello');
    const { code, output } = await tree.tryGit('push', 'berth', 'main');
    expect(code).not.toBe(0);
    expect(output).toContain('There is no app "hello". Create it first, then push again.');
    await git.door.database.db.app.create({ data: { name: 'hello', teamId: git.owner.team.id } });
    const [push] = await Promise.all([
      tree.tryGit('push', 'berth', 'main'),
      git.platform.deploys('hello', 1),
    ]);
    expect(push.code, push.output).toBe(0);
  });
});
