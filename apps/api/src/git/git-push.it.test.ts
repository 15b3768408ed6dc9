import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { cancelDeployment } from '#libs/store/deployments.js';
import { tester } from '../../../../test/support/database.js';
import { GitDoor } from './testing/git-door.js';

let git: GitDoor;
beforeAll(async () => {
  git = await GitDoor.open();
});
afterAll(() => git.close());

describe('git push to the deployed branch', () => {
  it('creates the app, shows the deployment live and ends with release, size and URL', async () => {
    const app = git.newName();
    const tree = await git.clone(app);
    const [push] = await Promise.all([tree.tryGit('push', 'berth', 'main'), git.platform.deploys(app, 1)]);
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
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'two' });
    const [failed] = await Promise.all([tree.tryGit('push', 'berth', 'main'), git.platform.fails(app, 2)]);
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('remote:  !     Failed at the step "Build the image":');
    expect(failed.output).toContain('remote:        npm error code EUSAGE');
    expect(failed.output).toContain('remote:  !     npm ci ended with exit code 1.');
    expect(failed.output).toContain('remote:  !     Run npm install and commit package-lock.json.');
    expect(failed.output).toContain('Nothing changed for visitors: v1 goes on serving.');
    expect(failed.output).toContain('so the same push can be repeated');
    expect(failed.output).toContain('! [remote rejected] main -> main (deployment failed: Build the image)');
    const [again] = await Promise.all([tree.tryGit('push', 'berth', 'main'), git.platform.deploys(app, 3)]);
    expect(again.code, again.output).toBe(0);
    expect(again.output).toContain('Released v2');
  });

  it('leaves no branch behind when the very first push fails', async () => {
    const app = git.newName();
    const tree = await git.clone(app);
    const [failed] = await Promise.all([tree.tryGit('push', 'berth', 'main'), git.platform.fails(app, 1)]);
    expect(failed.code).toBe(1);
    expect(failed.output).toContain('Nothing is live yet.');
    expect(await tree.git('ls-remote', 'berth')).toBe('');
  });

  it('says that it was superseded, and by which deployment', async () => {
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'slow' });
    const older = tree.tryGit('push', 'berth', 'main');
    const second = await git.platform.accepted(app, 2);
    await git.platform.claim(second.id);
    await tree.commit({ 'server.js': 'fast' });
    const [newer] = await Promise.all([tree.tryGit('push', 'berth', 'main'), git.platform.deploys(app, 3)]);
    expect(newer.code, newer.output).toBe(0);
    const { code, output } = await older;
    expect(code).toBe(1);
    expect(output).toContain('remote:  !     Superseded by deployment #3, which is newer.');
    expect(output).toContain('(superseded by deployment #3)');
    expect(await git.remoteTip(tree)).toBe((await tree.git('rev-parse', 'HEAD')).trim());
  });

  it('fails when the deployment is cancelled', async () => {
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'two' });
    const push = tree.tryGit('push', 'berth', 'main');
    const { id } = await git.platform.accepted(app, 2);
    await cancelDeployment(git.door.database.db, id, tester);
    const { code, output } = await push;
    expect(code).toBe(1);
    expect(output).toContain('The deployment was cancelled.');
  });

  it('takes a force push', async () => {
    const { app, tree } = await git.deployed();
    await tree.git('commit', '-q', '--amend', '-m', 'Rewritten');
    expect((await tree.tryGit('push', 'berth', 'main')).code).toBe(1);
    const [push] = await Promise.all([
      tree.tryGit('push', '-f', 'berth', 'main'),
      git.platform.deploys(app, 2),
    ]);
    expect(push.code, push.output).toBe(0);
    expect(push.output).toContain('Rewritten');
  });

  it('deploys master where the repository has no main, and main as soon as it has', async () => {
    const app = git.newName();
    const tree = await git.clone(app);
    const [master] = await Promise.all([
      tree.tryGit('push', 'berth', 'main:master'),
      git.platform.deploys(app, 1),
    ]);
    expect(master.code, master.output).toBe(0);
    await tree.commit();
    const [main] = await Promise.all([tree.tryGit('push', 'berth', 'main'), git.platform.deploys(app, 2)]);
    expect(main.code, main.output).toBe(0);
    const later = await tree.tryGit('push', 'berth', 'main:master');
    expect(later.output).toContain('master is stored, not deployed; push to main to deploy');
    expect(await git.deployments(app)).toBe(2);
  });

  it('takes a push from a shallow clone', async () => {
    const { app, tree } = await git.deployed();
    const parent = await git.tree();
    await parent.git('clone', '-q', '--depth', '1', git.urlOf(app), 'shallow');
    const shallow = join(parent.dir, 'shallow');
    await parent.git('-C', shallow, 'commit', '-q', '--allow-empty', '-m', 'From shallow');
    const [push] = await Promise.all([
      parent.tryGit('-C', shallow, 'push', 'origin', 'main'),
      git.platform.deploys(app, 2),
    ]);
    expect(push.code, push.output).toBe(0);
    await tree.git('fetch', '-q', 'berth');
    expect((await tree.git('log', '--format=%s', 'berth/main')).trim()).toBe('From shallow\nChange');
  });

  it('shows nothing of a build that a terminal would obey', async () => {
    const { app, tree } = await git.deployed();
    await tree.commit({ 'server.js': 'two' }, 'Evil \u001b]0;title\u0007\u001b[2Jname');
    const push = tree.tryGit('push', 'berth', 'main');
    const { id } = await git.platform.accepted(app, 2);
    const holder = await git.platform.claim(id);
    await git.platform.log(id, ['detail', '\u001b[31mred\u001b[0m \u001b]8;;http://x\u0007link\r\nover\b\b']);
    await git.platform.goLive(id, holder);
    const { output } = await push;
    expect(output).toContain('red linkover');
    // git's own: erase to the end of the line.
    // eslint-disable-next-line no-control-regex
    expect(output.replaceAll('\u001b[K', '')).not.toMatch(/[\u0000-\u0008\u000b-\u001f]/);
  });
});
