import { randomBytes } from 'node:crypto';
import { WorkTree } from '#libs/source/testing/work-tree.js';
import { GitModule } from '../git.module.js';
import { openDoor, type TestDoor, type TestUser } from './door.js';
import { PlayedPlatform } from './platform.js';

/** An api that git can talk to, a platform that plays builder and runtime, and work trees that push. */
export class GitDoor {
  private readonly trees: WorkTree[] = [];

  private constructor(
    readonly door: TestDoor,
    readonly platform: PlayedPlatform,
    readonly owner: TestUser,
  ) {}

  static async open(settings: Record<string, string> = {}): Promise<GitDoor> {
    const door = await openDoor([GitModule], settings);
    return new GitDoor(door, new PlayedPlatform(door.database), await door.user());
  }

  async close(): Promise<void> {
    for (const tree of this.trees) await tree.remove();
    await this.door.close();
  }

  newName(): string {
    return `app-x${randomBytes(4).toString('hex')}`;
  }

  urlOf(app: string, user: { token: string } = this.owner): string {
    return `http://any:${user.token}@127.0.0.1:${this.door.port}/git/${app}.git`;
  }

  /** An empty work tree, removed at the end. */
  async tree(files: Record<string, string> = {}): Promise<WorkTree> {
    const tree = await WorkTree.create(files);
    this.trees.push(tree);
    return tree;
  }

  /** A work tree with one commit whose remote `berth` is the app of this name. */
  async clone(app: string, user?: { token: string }): Promise<WorkTree> {
    const tree = await this.tree({ 'server.js': 'one' });
    await tree.git('remote', 'add', 'berth', this.urlOf(app, user));
    return tree;
  }

  /** A work tree whose first push is live. */
  async deployed(): Promise<{ app: string; tree: WorkTree }> {
    const app = this.newName();
    const tree = await this.clone(app);
    const [push] = await Promise.all([tree.tryGit('push', 'berth', 'main'), this.platform.deploys(app, 1)]);
    if (push.code !== 0) throw new Error(push.output);
    return { app, tree };
  }

  /** The commit that the server's main is at. */
  async remoteTip(tree: WorkTree): Promise<string | undefined> {
    return (await tree.git('ls-remote', 'berth', 'refs/heads/main')).split('\t')[0];
  }

  deployments(app: string): Promise<number> {
    return this.door.database.db.deployment.count({ where: { app: { name: app } } });
  }
}
