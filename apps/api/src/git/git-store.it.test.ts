import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import type { WorkTree } from '#libs/source/testing/work-tree.js';
import { GitDoor } from './testing/git-door.js';

let git: GitDoor;
beforeAll(async () => {
  git = await GitDoor.open();
});
afterAll(() => git.close());

describe('what is not deployed', () => {
  it('branches and tags are stored, and said to be', async () => {
    const { app, tree } = await git.deployed();
    await tree.git('branch', 'feature');
    await tree.git('tag', '-a', 'v1', '-m', 'One');
    const { code, output } = await tree.tryGit('push', 'berth', 'feature', 'v1');
    expect(code, output).toBe(0);
    expect(output).toContain('-----> feature is stored, not deployed; push to main to deploy');
    expect(output).toContain('-----> v1 is stored, not deployed; push to main to deploy');
    expect(await git.deployments(app)).toBe(1);
    expect((await tree.tryGit('push', 'berth', ':feature', ':v1')).code).toBe(0);
    expect(await tree.git('ls-remote', 'berth')).not.toContain('feature');
  });

  it('the same commit again is up to date', async () => {
    const { app, tree } = await git.deployed();
    const { code, output } = await tree.tryGit('push', 'berth', 'main');
    expect(code).toBe(0);
    expect(output).toContain('Everything up-to-date');
    expect(await git.deployments(app)).toBe(1);
  });

  it('the deployed branch is not deleted, in words', async () => {
    const { tree } = await git.deployed();
    const { code, output } = await tree.tryGit('push', 'berth', ':main');
    expect(code).toBe(1);
    expect(output).toContain(
      'main is what Berth deploys, so it is not deleted. To take the app down, delete the app.',
    );
    expect(await tree.git('ls-remote', 'berth')).toContain('refs/heads/main');
  });

  it('a dry run creates no app', async () => {
    const app = git.newName();
    const tree = await git.clone(app);
    expect((await tree.tryGit('push', '--dry-run', 'berth', 'main')).code).toBe(0);
    expect(await git.door.database.db.app.count({ where: { name: app } })).toBe(0);
  });

  it('objects that git calls malformed are refused', async () => {
    const { tree } = await git.deployed();
    const blob = (await tree.git('hash-object', '-w', 'server.js')).trim();
    const treeId = await hashTree(tree, `100644 blob ${blob}\t.git`);
    const commit = (await tree.git('commit-tree', '-m', 'evil', treeId)).trim();
    const { code, output } = await tree.tryGit('push', 'berth', `${commit}:refs/heads/evil`);
    expect(code).toBe(1);
    expect(output).toContain('hasDotgit');
  });

  it('Berth’s own refs can be neither seen nor written', async () => {
    const { tree } = await git.deployed();
    expect(await tree.git('ls-remote', 'berth')).not.toContain('refs/berth');
    const { code } = await tree.tryGit('push', 'berth', 'main:refs/berth/sources/x');
    expect(code).toBe(1);
  });
});

describe('several refs in one push', () => {
  it('deploy the one and store the others; a failure refuses the one alone', async () => {
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'two' });
    await tree.git('branch', '-f', 'side');
    const [push] = await Promise.all([
      tree.tryGit('push', 'berth', 'main', 'side'),
      git.platform.fails(app, 2),
    ]);
    expect(push.code).toBe(1);
    expect(push.output).toMatch(/\[new branch\] +side -> side/);
    expect(push.output).toMatch(/\[remote rejected\] main -> main/);
  });

  it('go all or none with --atomic', async () => {
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'two' });
    await tree.git('branch', '-f', 'side');
    const [push] = await Promise.all([
      tree.tryGit('push', '--atomic', 'berth', 'main', 'side'),
      git.platform.fails(app, 2),
    ]);
    expect(push.code).toBe(1);
    expect(push.output).toMatch(/\[remote rejected\] side -> side/);
    expect(await tree.git('ls-remote', 'berth')).not.toContain('side');
  });
});

describe('push options', () => {
  it('wait=no leaves the deployment to itself, and a failure still makes the push repeatable', async () => {
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'two' });
    const push = await tree.tryGit('push', '-o', 'wait=no', '-o', 'colour=red', 'berth', 'main');
    expect(push.code, push.output).toBe(0);
    expect(push.output).toContain(`Watch it at http://berth.localhost:8080/apps/${app}/deployments/2`);
    expect(push.output).toContain('Push option "colour=red" is not known');
    await git.platform.fails(app, 2);
    const first = (await tree.git('rev-parse', 'HEAD~1')).trim();
    await waitFor('the branch to be put back', async () => (await git.remoteTip(tree)) === first, {
      timeoutMs: 5_000,
    });
  });
});

describe('git clone', () => {
  it('gives back what was pushed, by protocol version 2 and by the older ones', async () => {
    const { app, tree } = await git.deployed();
    const head = (await tree.git('rev-parse', 'HEAD')).trim();
    for (const version of ['0', '1', '2']) {
      await tree.git(
        '-c',
        `protocol.version=${version}`,
        'clone',
        '-q',
        git.urlOf(app),
        `../clone-${version}-${app}`,
      );
      const dir = join(tree.dir, `../clone-${version}-${app}`);
      expect((await tree.git('-C', dir, 'rev-parse', 'HEAD')).trim()).toBe(head);
      await rm(dir, { recursive: true, force: true });
    }
  });

  it('negotiates with compressed requests', async () => {
    const { app, tree } = await git.deployed();
    // Many haves make git compress its request.
    for (let i = 0; i < 60; i++) await tree.commit({}, `Local ${i}`);
    const other = await git.clone(app);
    await other.git('fetch', '-q', 'berth');
    await other.git('reset', '-q', '--hard', 'berth/main');
    await other.commit({ 'server.js': 'remote' });
    await Promise.all([other.tryGit('push', 'berth', 'main'), git.platform.deploys(app, 2)]);
    const { code, output } = await tree.tryGit('fetch', 'berth');
    expect(code, output).toBe(0);
  });
});

/** A tree object from `git ls-tree` lines, however wrong. */
async function hashTree(tree: WorkTree, lines: string): Promise<string> {
  const [mode = '', , id = '', name = ''] = lines.split(/[ \t]/);
  const content = Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(id, 'hex')]);
  await tree.write({ '.git/tree.bin': content });
  return (await tree.git('hash-object', '-t', 'tree', '-w', '--literally', '.git/tree.bin')).trim();
}
