import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../../../test/support/database.js';
import { readEnv, type Env } from '#libs/config/env.js';
import { memoryTree } from '#libs/core/snapshot-tree.js';
import { buildImage } from '#libs/images/build-image.js';
import { buildContext } from '#libs/images/context-tar.js';
import { connectEngine } from '#libs/images/engine-connection.js';
import { RegistryClient } from '#libs/images/registry-client.js';
import { removeImage } from '#libs/images/tag-image.js';
import { importShellImage } from '#libs/images/testing/shell-image.js';
import { ensureRepository } from '#libs/source/git/repositories.js';
import { WorkTree } from '#libs/source/testing/work-tree.js';
import { acceptDeployment } from '#libs/store/accept.js';
import type { Deployment } from '#libs/store/generated/client.js';
import { NoticeListener } from '#libs/store/listener.js';
import { RegistryLock } from '#libs/store/registry-lock.js';
import { BuildGuards } from '../build-guard.js';
import { buildDeployment } from '../build-deployment.js';
import { Claim } from '../claim.js';
import { repositoryOf, type Parts } from '../pipeline.js';
import { StackMaker } from '../stack-maker.js';

/** Everything that a build needs, real, of this test alone; `close` takes away what it made. */
export class Workshop {
  readonly apps: string[] = [];
  private readonly trees: WorkTree[] = [];
  private readonly made: string[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly listener: NoticeListener,
    readonly parts: Parts,
    /** An image with nothing but a shell; what each stack is here. */
    readonly stack: string,
  ) {}

  static async open(settings: Partial<Record<keyof Env, string>> = {}): Promise<Workshop> {
    const database = await freshDatabase();
    const home = await mkdtemp(join(tmpdir(), 'berth-home-'));
    const env = readEnv({
      BERTH_HOME: home,
      BERTH_RUN_DIR: home,
      BERTH_ID: 'ittest',
      BERTH_API_PORT: '1',
      BERTH_ACTIVATOR_PORT: '1',
      BERTH_TRAEFIK_PORT: '1',
      DATABASE_URL: database.url,
      REDIS_URL: process.env.REDIS_URL,
      DOCKER_HOST: process.env.DOCKER_HOST,
      BERTH_REGISTRY: process.env.BERTH_REGISTRY,
      BERTH_SECRET_KEY: randomBytes(32).toString('base64'),
      LOG_LEVEL: 'fatal',
      ...settings,
    });
    const docker = connectEngine(env.DOCKER_HOST);
    const stack = await importShellImage(docker, 'berth-it/stack', randomBytes(4).toString('hex'));
    await writeFile(join(home, 'stacks.json'), JSON.stringify({ base: stack, node: stack, static: stack }));
    const listener = new NoticeListener(database.url);
    await listener.open();
    const registry = new RegistryClient(env.BERTH_REGISTRY);
    return new Workshop(
      database,
      listener,
      {
        env,
        db: database.db,
        sealer: database.sealer,
        docker,
        registry,
        stackMaker: new StackMaker(home),
        registryLock: new RegistryLock(database.url),
        makeRoom: async () => undefined,
        guards: new BuildGuards(env),
      },
      stack,
    );
  }

  get db() {
    return this.database.db;
  }

  /** An app with a clone to commit in. */
  async app(): Promise<{
    appId: string;
    tree: WorkTree;
    deploy: (files: Record<string, string>) => Promise<Deployment>;
  }> {
    const { appId } = await makeApp(this.db);
    this.apps.push(appId);
    const tree = await WorkTree.create();
    this.trees.push(tree);
    const repository = await ensureRepository(this.parts.env.BERTH_HOME, appId);
    const deploy = async (files: Record<string, string>): Promise<Deployment> => {
      const commit = await tree.commit(files);
      await tree.git('push', '--quiet', '--force', repository, 'HEAD:refs/heads/main');
      const { deployment } = await acceptDeployment(this.db, {
        appId,
        trigger: 'git',
        actor: tester,
        source: { kind: 'git', commit, ref: 'refs/heads/main', message: 'Change' },
      });
      return deployment;
    };
    return { appId, tree, deploy };
  }

  /** An image on the Engine, built from a Dockerfile without any check. */
  async image(lines: string[]): Promise<string> {
    const { docker } = this.parts;
    const tag = `berth-it/made:${randomBytes(4).toString('hex')}`;
    const context = buildContext({
      tree: memoryTree({}),
      sourceFolder: '',
      extraFiles: { Dockerfile: `${lines.join('\n')}\n` },
      ignored: () => false,
      modifiedAt: new Date(0),
      limits: { maxBytes: 1e6, maxFiles: 10 },
    });
    await buildImage({
      docker,
      context: context.stream,
      dockerfile: 'Dockerfile',
      tag,
      labels: {},
      onProgress: () => undefined,
      signal: AbortSignal.timeout(60_000),
    });
    this.made.push(tag);
    return tag;
  }

  /** Claims and builds, as the processor does. */
  async build(
    id: string,
    options: { parts?: Partial<Parts>; worker?: string; onClaim?: (claim: Claim) => void } = {},
  ): Promise<Deployment> {
    const claim = await Claim.take(this.db, this.listener, id, options.worker ?? 'tester');
    if (claim === null) throw new Error('The deployment cannot be claimed.');
    options.onClaim?.(claim);
    await buildDeployment({ ...this.parts, ...options.parts }, claim, pino({ level: 'silent' }));
    return this.deployment(id);
  }

  deployment(id: string): Promise<Deployment> {
    return this.db.deployment.findUniqueOrThrow({ where: { id } });
  }

  async logOf(id: string): Promise<string[]> {
    const lines = await this.db.logLine.findMany({ where: { deploymentId: id }, orderBy: { id: 'asc' } });
    return lines.map(({ kind, text }) => `${kind} ${text}`);
  }

  async stepsOf(id: string): Promise<string[]> {
    const steps = await this.db.step.findMany({
      where: { deploymentId: id },
      orderBy: [{ attempt: 'asc' }, { position: 'asc' }],
    });
    return steps.map(({ name, outcome, attempt }) => `${attempt} ${name} ${outcome}`);
  }

  async close(): Promise<void> {
    const { docker, registry, env } = this.parts;
    for (const appId of this.apps) {
      const repository = repositoryOf(appId);
      const images = await docker.listImages({ filters: { reference: [`${registry.host}/${repository}`] } });
      for (const name of images.flatMap(({ RepoTags }) => RepoTags ?? [])) await removeImage(docker, name);
      for (const { image } of await this.db.build.findMany({ where: { appId, image: { not: null } } })) {
        await registry.deleteManifest(repository, image?.split('@')[1] ?? '');
      }
    }
    for (const name of [...this.made, this.stack]) await removeImage(docker, name);
    await this.listener.close();
    await this.parts.registryLock.close();
    await this.database.drop();
    for (const tree of this.trees) await tree.remove();
    await rm(env.BERTH_HOME, { recursive: true, force: true });
  }
}
