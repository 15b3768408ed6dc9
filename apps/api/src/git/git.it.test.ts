import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WorkTree } from '#libs/source/testing/work-tree.js';
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
});
