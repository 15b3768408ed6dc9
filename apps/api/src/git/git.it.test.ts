import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { repositoryPath } from '#libs/source/git/repositories.js';
import { WorkTree } from '#libs/source/testing/work-tree.js';
import { cancelDeployment } from '#libs/store/deployments.js';
import { tester } from '../../../../test/support/database.js';
import { GitModule } from './git.module.js';
import { openDoor, type TestDoor, type TestUser } from './testing/door.js';
import { PlayedPlatform } from './testing/platform.js';

let door: TestDoor;
let platform: PlayedPlatform;
let owner: TestUser;
const trees: WorkTree[] = [];

beforeAll(async () => {
  door = await openDoor([GitModule]);
  platform = new PlayedPlatform(door.database);
  owner = await door.user();
});
afterAll(async () => {
  for (const tree of trees) await tree.remove();
  await door.close();
});

function newName(): string {
  return `app-x${randomBytes(4).toString('hex')}`;
}

/** A work tree with one commit whose remote `berth` is the app of this name. */
async function clone(app: string, user = owner): Promise<WorkTree> {
  const tree = await WorkTree.create({ 'server.js': 'one' });
  trees.push(tree);
  await tree.git('remote', 'add', 'berth', urlOf(app, user));
  return tree;
}

function urlOf(app: string, user: { token: string }): string {
  return `http://any:${user.token}@127.0.0.1:${door.port}/git/${app}.git`;
}

/** A work tree whose first push is live. */
async function deployed(): Promise<{ app: string; tree: WorkTree }> {
  const app = newName();
  const tree = await clone(app);
  const [push] = await Promise.all([tree.tryGit('push', 'berth', 'main'), platform.deploys(app, 1)]);
  expect(push.code, push.output).toBe(0);
  return { app, tree };
}

describe('git push to the deployed branch', () => {
  it('creates the app, shows the deployment live and ends with release, size and URL', async () => {
    const app = newName();
    const tree = await clone(app);
    const [push] = await Promise.all([tree.tryGit('push', 'berth', 'main'), platform.deploys(app, 1)]);
    expect(push.code, push.output).toBe(0);
    const remote = push.output
      .split('\n')
      .filter((line) => line.startsWith('remote: '))
      .map((line) => line.slice(8).trimEnd());
    expect(remote).toEqual([
      `-----> Created app ${app}`,
      expect.stringMatching(new RegExp(`^-----> Deployment #1 of ${app}: [0-9a-f]{7} Change$`)),
      '-----> Node.js app detected (package.json)',
      '       npm ci',
      '-----> Starting',
      '       Readiness check answered (31 ms)',
      '-----> Released v1 (12.3 MB, 1 layer changed)',
      expect.stringMatching(
        new RegExp(`^       http://${app}\\.apps\\.localhost:8080 deployed to Berth in .+s$`),
      ),
      '',
    ]);
  });

  it('fails with the deployment, names step, lines and remedy, and can be repeated as it is', async () => {
    const { app, tree } = await deployed();
    await tree.commit({ 'server.js': 'two' });
    const [failed] = await Promise.all([tree.tryGit('push', 'berth', 'main'), platform.fails(app, 2)]);
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('remote:  !     Failed at the step "Build the image":');
    expect(failed.output).toContain('remote:        npm error code EUSAGE');
    expect(failed.output).toContain('remote:  !     npm ci ended with exit code 1.');
    expect(failed.output).toContain('remote:  !     Run npm install and commit package-lock.json.');
    expect(failed.output).toContain('Nothing changed for visitors: v1 goes on serving.');
    expect(failed.output).toContain('so the same push can be repeated');
    expect(failed.output).toContain('! [remote rejected] main -> main (deployment failed: Build the image)');
    const [again] = await Promise.all([tree.tryGit('push', 'berth', 'main'), platform.deploys(app, 3)]);
    expect(again.code, again.output).toBe(0);
    expect(again.output).toContain('Released v2');
  });

  it('leaves no branch behind when the very first push fails', async () => {
    const app = newName();
    const tree = await clone(app);
    const [failed] = await Promise.all([tree.tryGit('push', 'berth', 'main'), platform.fails(app, 1)]);
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('Nothing is live yet.');
    expect(await tree.git('ls-remote', 'berth')).toBe('');
  });

  it('says that it was superseded, and by which deployment', async () => {
    const { app, tree } = await deployed();
    await tree.commit({ 'server.js': 'slow' });
    const older = tree.tryGit('push', 'berth', 'main');
    const second = await platform.accepted(app, 2);
    await platform.claim(second.id);
    await tree.commit({ 'server.js': 'fast' });
    const [newer] = await Promise.all([tree.tryGit('push', 'berth', 'main'), platform.deploys(app, 3)]);
    expect(newer.code, newer.output).toBe(0);
    const { code, output } = await older;
    expect(code).toBe(1);
    expect(output).toContain('remote:  !     Superseded by deployment #3, which is newer.');
    expect(output).toContain('(superseded by deployment #3)');
    expect(await remoteTip(tree)).toBe((await tree.git('rev-parse', 'HEAD')).trim());
  });

  it('fails when the deployment is cancelled', async () => {
    const { app, tree } = await deployed();
    await tree.commit({ 'server.js': 'two' });
    const push = tree.tryGit('push', 'berth', 'main');
    const { id } = await platform.accepted(app, 2);
    await cancelDeployment(door.database.db, id, tester);
    const { code, output } = await push;
    expect(code).toBe(1);
    expect(output).toContain('The deployment was cancelled.');
  });

  it('takes a force push', async () => {
    const { app, tree } = await deployed();
    await tree.git('commit', '-q', '--amend', '-m', 'Rewritten');
    expect((await tree.tryGit('push', 'berth', 'main')).code).toBe(1);
    const [push] = await Promise.all([tree.tryGit('push', '-f', 'berth', 'main'), platform.deploys(app, 2)]);
    expect(push.code, push.output).toBe(0);
    expect(push.output).toContain('Rewritten');
  });

  it('deploys master where the repository has no main, and main as soon as it has', async () => {
    const app = newName();
    const tree = await clone(app);
    const [master] = await Promise.all([
      tree.tryGit('push', 'berth', 'main:master'),
      platform.deploys(app, 1),
    ]);
    expect(master.code, master.output).toBe(0);
    await tree.commit();
    const [main] = await Promise.all([tree.tryGit('push', 'berth', 'main'), platform.deploys(app, 2)]);
    expect(main.code, main.output).toBe(0);
    const later = await tree.tryGit('push', 'berth', 'main:master');
    expect(later.output).toContain('master is stored, not deployed; push to main to deploy');
    expect(await deployments(app)).toBe(2);
  });

  it('takes a push from a shallow clone', async () => {
    const { app, tree } = await deployed();
    const parent = await WorkTree.create();
    trees.push(parent);
    await parent.git('clone', '-q', '--depth', '1', urlOf(app, owner), 'shallow');
    const shallow = join(parent.dir, 'shallow');
    await parent.git('-C', shallow, 'commit', '-q', '--allow-empty', '-m', 'From shallow');
    const [push] = await Promise.all([
      parent.tryGit('-C', shallow, 'push', 'origin', 'main'),
      platform.deploys(app, 2),
    ]);
    expect(push.code, push.output).toBe(0);
    await tree.git('fetch', '-q', 'berth');
    expect((await tree.git('log', '--format=%s', 'berth/main')).trim()).toBe('From shallow\nChange');
  });

  it('shows nothing of a build that a terminal would obey', async () => {
    const { app, tree } = await deployed();
    await tree.commit({ 'server.js': 'two' }, 'Evil \u001b]0;title\u0007\u001b[2Jname');
    const push = tree.tryGit('push', 'berth', 'main');
    const { id } = await platform.accepted(app, 2);
    const holder = await platform.claim(id);
    await platform.log(id, ['detail', '\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\r\nover\b\b']);
    await platform.goLive(id, holder);
    const { output } = await push;
    expect(output).toContain('red linkover');
    // git's own: erase to the end of the line.
    // eslint-disable-next-line no-control-regex
    expect(output.replaceAll('\u001b[K', '')).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });
});

describe('what is not deployed', () => {
  it('branches and tags are stored, and said to be', async () => {
    const { app, tree } = await deployed();
    await tree.git('branch', 'feature');
    await tree.git('tag', '-a', 'v1', '-m', 'One');
    const { code, output } = await tree.tryGit('push', 'berth', 'feature', 'v1');
    expect(code, output).toBe(0);
    expect(output).toContain('-----> feature is stored, not deployed; push to main to deploy');
    expect(output).toContain('-----> v1 is stored, not deployed; push to main to deploy');
    expect(await deployments(app)).toBe(1);
    expect((await tree.tryGit('push', 'berth', ':feature', ':v1')).code).toBe(0);
    expect(await tree.git('ls-remote', 'berth')).not.toContain('feature');
  });

  it('the same commit again is up to date', async () => {
    const { app, tree } = await deployed();
    const { code, output } = await tree.tryGit('push', 'berth', 'main');
    expect(code).toBe(0);
    expect(output).toContain('Everything up-to-date');
    expect(await deployments(app)).toBe(1);
  });

  it('the deployed branch is not deleted, in words', async () => {
    const { tree } = await deployed();
    const { code, output } = await tree.tryGit('push', 'berth', ':main');
    expect(code).toBe(1);
    expect(output).toContain(
      'main is what Berth deploys, so it is not deleted. To take the app down, delete the app.',
    );
    expect(await tree.git('ls-remote', 'berth')).toContain('refs/heads/main');
  });

  it('a dry run creates no app', async () => {
    const app = newName();
    const tree = await clone(app);
    expect((await tree.tryGit('push', '--dry-run', 'berth', 'main')).code).toBe(0);
    expect(await door.database.db.app.count({ where: { name: app } })).toBe(0);
  });

  it('objects that git calls malformed are refused', async () => {
    const { tree } = await deployed();
    const blob = (await tree.git('hash-object', '-w', 'server.js')).trim();
    const treeId = await hashTree(tree, `100644 blob ${blob}\t.git`);
    const commit = (await tree.git('commit-tree', '-m', 'evil', treeId)).trim();
    const { code, output } = await tree.tryGit('push', 'berth', `${commit}:refs/heads/evil`);
    expect(code).toBe(1);
    expect(output).toContain('hasDotgit');
  });

  it('Berth’s own refs can be neither seen nor written', async () => {
    const { tree } = await deployed();
    expect(await tree.git('ls-remote', 'berth')).not.toContain('refs/berth');
    const { code } = await tree.tryGit('push', 'berth', 'main:refs/berth/sources/x');
    expect(code).toBe(1);
  });
});

describe('several refs in one push', () => {
  it('deploy the one and store the others; a failure refuses the one alone', async () => {
    const { app, tree } = await deployed();
    await tree.commit({ 'server.js': 'two' });
    await tree.git('branch', '-f', 'side');
    const [push] = await Promise.all([tree.tryGit('push', 'berth', 'main', 'side'), platform.fails(app, 2)]);
    expect(push.code).toBe(1);
    expect(push.output).toMatch(/\[new branch\] +side -> side/);
    expect(push.output).toMatch(/\[remote rejected\] main -> main/);
  });

  it('go all or none with --atomic', async () => {
    const { app, tree } = await deployed();
    await tree.commit({ 'server.js': 'two' });
    await tree.git('branch', '-f', 'side');
    const [push] = await Promise.all([
      tree.tryGit('push', '--atomic', 'berth', 'main', 'side'),
      platform.fails(app, 2),
    ]);
    expect(push.code).toBe(1);
    expect(push.output).toMatch(/\[remote rejected\] side -> side/);
    expect(await tree.git('ls-remote', 'berth')).not.toContain('side');
  });
});

describe('push options', () => {
  it('wait=no leaves the deployment to itself, and a failure still makes the push repeatable', async () => {
    const { app, tree } = await deployed();
    await tree.commit({ 'server.js': 'two' });
    const push = await tree.tryGit('push', '-o', 'wait=no', '-o', 'colour=red', 'berth', 'main');
    expect(push.code, push.output).toBe(0);
    expect(push.output).toContain(`Watch it at http://berth.localhost:8080/apps/${app}/deployments/2`);
    expect(push.output).toContain('Push option "colour=red" is not known');
    await platform.fails(app, 2);
    const first = (await tree.git('rev-parse', 'HEAD~1')).trim();
    await waitFor('the branch to be put back', async () => (await remoteTip(tree)) === first, {
      timeoutMs: 5_000,
    });
  });
});

describe('pushes to one app at once', () => {
  it('leave the newest commit live and tell every other push so', async () => {
    const { app, tree } = await deployed();
    const racers: WorkTree[] = [];
    for (let i = 0; i < 5; i++) {
      const racer = await clone(app);
      await racer.git('fetch', '-q', 'berth');
      await racer.git('reset', '-q', '--hard', 'berth/main');
      await racer.commit({ 'server.js': `racer ${i}` }, `Racer ${i}`);
      racers.push(racer);
    }
    let racing = true;
    const builder = (async () => {
      while (racing) {
        const next = await door.database.db.deployment.findFirst({
          where: { app: { name: app }, status: 'queued' },
          orderBy: { number: 'desc' },
        });
        if (next) await platform.goLive(next.id, await platform.claim(next.id)).catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const pushes = await Promise.all(racers.map((racer) => racer.tryGit('push', '-f', 'berth', 'main')));
    racing = false;
    await builder;
    const tip = await remoteTip(tree);
    const live = await door.database.db.app.findFirstOrThrow({ where: { name: app } });
    const newest = await door.database.db.deployment.findFirstOrThrow({
      where: { appId: live.id, status: 'live' },
      orderBy: { number: 'desc' },
      include: { source: true },
    });
    expect(newest.releaseId).toBe(live.liveReleaseId);
    expect(newest.source?.commit).toBe(tip);
    expect(pushes.some(({ code }) => code === 0)).toBe(true);
    for (const { code, output } of pushes) {
      if (code === 0) expect(output).toContain('deployed to Berth');
      else expect(output).toMatch(/superseded|failed to update ref|cannot lock ref|fetch first|stale info/i);
    }
    const open = await door.database.db.deployment.count({
      where: { appId: live.id, status: { notIn: ['live', 'superseded'] } },
    });
    expect(open).toBe(0);
  });
});

describe('a client that goes away', () => {
  it('does not cancel the deployment', async () => {
    const { app, tree } = await deployed();
    await tree.commit({ 'server.js': 'two' });
    const push = spawn('git', ['push', 'berth', 'main'], { cwd: tree.dir, env: tree.env(), detached: true });
    const { id } = await platform.accepted(app, 2);
    process.kill(-(push.pid ?? 0), 'SIGKILL');
    await once(push, 'close');
    const holder = await platform.claim(id);
    await platform.log(id, ['phase', 'Nobody reads this']);
    await platform.goLive(id, holder);
    expect((await door.database.db.deployment.findUniqueOrThrow({ where: { id } })).status).toBe('live');
  });

  it('still has its branch put back when the deployment fails', async () => {
    const { app, tree } = await deployed();
    await tree.commit({ 'server.js': 'two' });
    const push = spawn('git', ['push', 'berth', 'main'], { cwd: tree.dir, env: tree.env(), detached: true });
    await platform.accepted(app, 2);
    process.kill(-(push.pid ?? 0), 'SIGKILL');
    await once(push, 'close');
    await platform.fails(app, 2);
    const first = (await tree.git('rev-parse', 'HEAD~1')).trim();
    await waitFor('the branch to be put back', async () => (await remoteTip(tree)) === first, {
      timeoutMs: 5_000,
    });
  });
});

describe('an api that died between taking a push and accepting its deployment', () => {
  it('lets the same push be repeated', async () => {
    const { app, tree } = await deployed();
    const commit = await tree.commit({ 'server.js': 'two' });
    const { id } = await door.database.db.app.findFirstOrThrow({ where: { name: app } });
    // What is left after a crash: the ref has moved, no row tells of it.
    await tree.git('push', '-q', repositoryPath(door.home, id), 'main');
    expect(await remoteTip(tree)).toBe(commit);
    const [push] = await Promise.all([tree.tryGit('push', 'berth', 'main'), platform.deploys(app, 2)]);
    expect(push.code, push.output).toBe(0);
  });
});

describe('who may', () => {
  it('push: nobody without a valid token', async () => {
    const tree = await clone(newName(), { ...owner, token: 'berth_aaaaaaaa_' + 'x'.repeat(43) });
    const { code, output } = await tree.tryGit('push', 'berth', 'main');
    expect(code).not.toBe(0);
    expect(output).toContain('Authentication failed');
    const response = await fetch(`${door.url}/git/x.git/info/refs?service=git-receive-pack`);
    expect(response.status).toBe(401);
    expect(response.headers.get('www-authenticate')).toContain('Basic');
  });

  it('push: not a viewer, and not with a token that only reads; both may fetch', async () => {
    const { app } = await deployed();
    for (const user of [
      await door.user({ role: 'viewer', team: owner.team }),
      await door.user({ role: 'owner', team: owner.team, scopes: ['read'] }),
    ]) {
      const tree = await clone(app, user);
      const { code, output } = await tree.tryGit('push', '-f', 'berth', 'main');
      expect(code).not.toBe(0);
      expect(output).toMatch(/remote: This (takes the role|token lacks the scope)/);
      expect(output).toContain('403');
      expect((await tree.tryGit('fetch', 'berth')).code).toBe(0);
    }
  });

  it('see: not another team, which learns of nothing', async () => {
    const { app } = await deployed();
    const stranger = await door.user();
    const tree = await clone(app, stranger);
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
    const user = await door.user();
    const second = await door.team();
    await door.database.db.member.create({ data: { teamId: second.id, userId: user.id, role: 'developer' } });
    const app = newName();
    const tree = await clone(app, user);
    const refused = await tree.tryGit('push', 'berth', 'main');
    expect(refused.code).toBe(1);
    expect(refused.output).toContain('Push again with -o team=NAME.');
    const [push] = await Promise.all([
      tree.tryGit('push', '-o', `team=${second.slug}`, 'berth', 'main'),
      platform.deploys(app, 1),
    ]);
    expect(push.code, push.output).toBe(0);
    expect((await door.database.db.app.findFirstOrThrow({ where: { name: app } })).teamId).toBe(second.id);
  });

  it('create: not with a token that only deploys, not as a viewer, and not under a bad name', async () => {
    const deployOnly = await door.user({ scopes: ['deploy'] });
    const viewer = await door.user({ role: 'viewer' });
    for (const [user, name, says] of [
      [deployOnly, newName(), 'no team that you may create an app in'],
      [viewer, newName(), 'no team that you may create an app in'],
      [owner, 'Bad--Name', 'A name has 2 to 40'],
      [owner, 'admin', 'reserved'],
    ] as const) {
      const tree = await clone(name, user);
      const { code, output } = await tree.tryGit('push', 'berth', 'main');
      expect(code).not.toBe(0);
      expect(output).toContain(says);
      expect(await door.database.db.app.count({ where: { name } })).toBe(0);
    }
  });
});

describe('git clone', () => {
  it('gives back what was pushed, by protocol version 2 and by the older ones', async () => {
    const { app, tree } = await deployed();
    const head = (await tree.git('rev-parse', 'HEAD')).trim();
    for (const version of ['0', '1', '2']) {
      await tree.git(
        '-c',
        `protocol.version=${version}`,
        'clone',
        '-q',
        urlOf(app, owner),
        `../clone-${version}-${app}`,
      );
      const dir = join(tree.dir, `../clone-${version}-${app}`);
      expect((await tree.git('-C', dir, 'rev-parse', 'HEAD')).trim()).toBe(head);
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('negotiates with compressed requests', async () => {
    const { app, tree } = await deployed();
    // Many haves make git compress its request.
    for (let i = 0; i < 60; i++) await tree.commit({}, `Local ${i}`);
    const other = await clone(app);
    await other.git('fetch', '-q', 'berth');
    await other.git('reset', '-q', '--hard', 'berth/main');
    await other.commit({ 'server.js': 'remote' });
    await Promise.all([other.tryGit('push', 'berth', 'main'), platform.deploys(app, 2)]);
    const { code, output } = await tree.tryGit('fetch', 'berth');
    expect(code, output).toBe(0);
  });
});

async function remoteTip(tree: WorkTree): Promise<string | undefined> {
  return (await tree.git('ls-remote', 'berth', 'refs/heads/main')).split('\t')[0];
}

function deployments(app: string): Promise<number> {
  return door.database.db.deployment.count({ where: { app: { name: app } } });
}

/** A tree object from `git ls-tree` lines, however wrong. */
async function hashTree(tree: WorkTree, lines: string): Promise<string> {
  const [mode = '', , id = '', name = ''] = lines.split(/[ \t]/);
  const content = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
  await tree.write({ '.git/tree.bin': content });
  return (await tree.git('hash-object', '-t', 'tree', '-w', '--literally', '.git/tree.bin')).trim();
}
