import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { memoryTree } from '#libs/core/snapshot-tree.js';
import { waitFor } from '#libs/core/wait.js';
import { buildImage, BuildFailed, type BuiltImage } from './build-image.js';
import type { BuildProgress } from './build-progress.js';
import { buildContext } from './context-tar.js';
import { connectEngine } from './engine-connection.js';
import { parseImageReference } from './image-reference.js';
import { layerReport } from './layer-report.js';
import { pullImage } from './pull-image.js';
import { pushImage } from './push-image.js';
import { RegistryClient } from './registry-client.js';
import { removeImage, tagImage } from './tag-image.js';
import { commandLines } from './testing/processes.js';
import { importShellImage } from './testing/shell-image.js';

const docker = connectEngine(process.env.DOCKER_HOST ?? '');
const registry = new RegistryClient(process.env.BERTH_REGISTRY ?? '');
const run = randomBytes(4).toString('hex');
const repository = `apps/it-${run}`;
const base = `berth-it/base:${run}`;
const made: string[] = [base];
const digests: string[] = [];

beforeAll(async () => {
  await importShellImage(docker, 'berth-it/base', run);
});

afterAll(async () => {
  for (const digest of new Set(digests)) await registry.deleteManifest(repository, digest);
  for (const image of made) await removeImage(docker, image);
});

function build(
  tag: string,
  files: Record<string, string>,
  options: { signal?: AbortSignal; onProgress?: (progress: BuildProgress) => void } = {},
): Promise<BuiltImage> {
  const name = `${registry.host}/${repository}:${tag}`;
  made.push(name);
  const { Dockerfile = '', ...app } = files;
  const context = buildContext({
    tree: memoryTree(app),
    sourceFolder: 'app',
    extraFiles: { Dockerfile },
    ignored: () => false,
    modifiedAt: new Date(),
    limits: { maxBytes: 1e8, maxFiles: 1000 },
  });
  return buildImage({
    docker,
    context: context.stream,
    dockerfile: 'Dockerfile',
    tag: name,
    labels: { 'berth.id': 'ittest', 'berth.app': run },
    signal: options.signal ?? AbortSignal.timeout(60_000),
    onProgress: options.onProgress ?? (() => undefined),
  });
}

async function push(tag: string) {
  const pushed = await pushImage({
    docker,
    registry,
    repository,
    tag,
    onLine: () => undefined,
    signal: AbortSignal.timeout(60_000),
  });
  digests.push(pushed.digest);
  return pushed;
}

describe('build, push, report', () => {
  it('rebuilds and pushes one small layer when only the source changed, and the same image when nothing did', async () => {
    const files = (source: string) => ({
      Dockerfile: `FROM ${base}\nCOPY ["app/deps","/deps"]\nCOPY ["app/src","/src"]\nCMD ["/bin/sh"]\n`,
      deps: 'd',
      src: source,
    });
    const built = await build('a', files(`${run} 1`));
    const first = await push('a');
    const again = await build('b', files(`${run} 1`));
    expect(again.imageId).toBe(built.imageId);
    expect((await push('b')).digest).toBe(first.digest);
    await build('c', files(`${run} 2`));
    const changed = await push('c');
    expect(changed.layersPushed).toBe(1);
    expect(await registry.digestOf(repository, 'c')).toBe(changed.digest);

    const report = async (digest: string, before: ReturnType<typeof layerReport> | null) => {
      const manifest = await registry.manifest(repository, digest);
      const config = manifest && (await registry.config(repository, manifest.config.digest));
      if (manifest === null || config === null) throw new Error('The registry has no such image.');
      expect(config.config?.Cmd).toEqual(['/bin/sh']);
      return layerReport({ manifest, config, plan: null }, before && { layers: before, plan: null });
    };
    const layers = await report(changed.digest, await report(first.digest, null));
    expect(layers.map(({ reused }) => reused)).toEqual([true, true, false]);
    expect(layers.at(-1)?.sizeBytes).toBeLessThan(1000);
  });

  it('gives the output of a step line by line, and which steps were cached', async () => {
    const progress: BuildProgress[] = [];
    const files = {
      Dockerfile: `FROM ${base}\nRUN ["/bin/sh","-c","echo one; echo two ${run} >&2; printf three"]\n`,
    };
    await build('lines', files, { onProgress: (each) => progress.push(each) });
    const lines = progress
      .filter((each) => each.kind === 'line')
      .map(({ stream, text }) => `${stream} ${text}`);
    expect(lines.sort()).toEqual(['stderr two ' + run, 'stdout one', 'stdout three']);
    const again = await build('lines', files);
    expect(again.steps.find(({ name }) => name.includes('RUN'))).toMatchObject({ cached: true });
  });

  it('names the step that failed and its exit code', async () => {
    const files = { Dockerfile: `FROM ${base}\nRUN ["/bin/sh","-c","echo ${run}; exit 7"]\n` };
    const error = await build('fails', files).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(BuildFailed);
    expect(error).toMatchObject({ exitCode: 7, step: { name: expect.stringContaining('exit 7') } });
  });

  it('ends the real process of a build that is cancelled', async () => {
    const nap = `3${parseInt(run.slice(0, 4), 16)}`;
    const abort = new AbortController();
    const files = { Dockerfile: `FROM ${base}\nRUN ["/bin/sleep","${nap}"]\n` };
    const building = build('cancelled', files, { signal: abort.signal }).catch((caught: unknown) => caught);
    const running = async () => (await commandLines()).some((line) => line === `/bin/sleep ${nap}`);
    await waitFor('the sleep to run', running, { timeoutMs: 20_000 });
    abort.abort(new Error('cancelled by test'));
    expect(await building).toMatchObject({ message: 'cancelled by test' });
    await waitFor('the sleep to be gone', async () => !(await running()), { timeoutMs: 10_000 });
  });

  it('says plainly that the Engine is away', async () => {
    const nowhere = connectEngine('unix:///nonexistent/docker.sock');
    await expect(
      pullImage(nowhere, parseImageReference('x'), () => undefined, AbortSignal.timeout(5000)),
    ).rejects.toMatchObject({
      code: 'engine_unreachable',
    });
  });
});

describe('an image by reference', () => {
  it('is pulled, taken into the app’s repository and pushed', async () => {
    await build('source', { Dockerfile: `FROM ${base}\nCMD ["/bin/cat"]\n` });
    const { digest } = await push('source');
    const reference = parseImageReference(`${registry.host}/${repository}@${digest}`);
    const lines: string[] = [];
    await pullImage(docker, reference, (line) => lines.push(line), AbortSignal.timeout(60_000));
    expect(lines.join()).toContain(digest);
    made.push(`${registry.host}/${repository}:taken`);
    await tagImage(
      docker,
      `${reference.name}@${reference.version}`,
      `${registry.host}/${repository}`,
      'taken',
    );
    expect((await push('taken')).digest).toBe(digest);
  });

  it('that does not exist says so', async () => {
    const reference = parseImageReference(`${registry.host}/${repository}:never`);
    await expect(
      pullImage(docker, reference, () => undefined, AbortSignal.timeout(60_000)),
    ).rejects.toMatchObject({
      code: 'image_missing',
    });
  });

  it('cannot be pushed while the registry is away, and says so', async () => {
    const nowhere = new RegistryClient('127.0.0.1:9');
    await build('away', { Dockerfile: `FROM ${base}\nCMD ["/bin/cat"]\n` });
    await tagImage(docker, `${registry.host}/${repository}:away`, `127.0.0.1:9/${repository}`, 'away');
    made.push(`127.0.0.1:9/${repository}:away`);
    await expect(
      pushImage({
        docker,
        registry: nowhere,
        repository,
        tag: 'away',
        onLine: () => undefined,
        signal: AbortSignal.timeout(60_000),
      }),
    ).rejects.toMatchObject({ code: 'registry_unreachable' });
  });
});
