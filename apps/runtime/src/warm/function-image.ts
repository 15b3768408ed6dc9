import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { extract } from 'tar-stream';
import { z } from 'zod';
import type { WarmKind, WarmOrder } from '#libs/buildpack/function/warm.js';
import type { ContainerEngine } from '#libs/engine/port.js';
import { RegistryClient } from '#libs/images/registry-client.js';

/** More than this, packed or unpacked, is not handed over: it would take longer than a start. */
const mostBytes = 512 * 1024;
const mostLayers = 8;
/** Where a function's user may write, and so where a waiting server can put files as its image has them. */
const folders = ['app/', 'home/app/'];
const functionUser = 1000;

/** What a function's image is besides its stack. */
export interface FunctionImage {
  /** Reference of the stack that it lies on. */
  stack: string;
  env: Record<string, string>;
  user: string;
  workingDir: string;
  files: WarmOrder['files'];
}

const imageConfig = z.looseObject({
  config: z.looseObject({
    Env: z.array(z.string()).nullish(),
    User: z.string().nullish(),
    WorkingDir: z.string().nullish(),
  }),
  rootfs: z.looseObject({ diff_ids: z.array(z.string()) }),
});
const stacksFile = z.record(z.string(), z.string());

/** Reads images of functions from the internal registry, and remembers the layers of the host's stacks. */
export class FunctionImages {
  readonly #registry: RegistryClient;
  readonly #stackLayers = new Map<string, string[]>();

  constructor(
    private readonly engine: ContainerEngine,
    private readonly host: { registry: string; home: string },
  ) {
    this.#registry = new RegistryClient(host.registry);
  }

  /**
   * The image (`apps/ID@sha256:…`) taken apart; null for one that a waiting instance of its kind could not be made equal to: it lies on
   * no stack of this host, has more or other files than a small function, or a server of another version of Berth.
   */
  async read(image: string, kind: WarmKind): Promise<FunctionImage | null> {
    const [repository = '', digest = ''] = image.split('@');
    const manifest = await this.#registry.manifest(repository, digest);
    if (manifest === null) return null;
    const parsed = imageConfig.safeParse(await this.#registry.rawBlob(repository, manifest.config.digest));
    if (!parsed.success) return null;
    const { config, rootfs } = parsed.data;
    const below = await this.#stackBelow(rootfs.diff_ids);
    if (below === null) return null;
    const layers = manifest.layers.slice(below.layers);
    const size = layers.reduce((sum, layer) => sum + layer.size, 0);
    if (layers.length > mostLayers || size > mostBytes) return null;
    const files = new Map<string, WarmOrder['files'][number]>();
    const packed = await Promise.all(
      layers.map((layer) => this.#registry.bytes(repository, layer.digest, mostBytes)),
    );
    for (const layer of packed) {
      const found = layer === null ? null : await filesOf(layer);
      if (found === null) return null;
      for (const file of found) files.set(file.path, file);
    }
    const server = files.get(kind.serverPath);
    if (server?.content !== Buffer.from(kind.server).toString('base64')) return null;
    files.delete(kind.serverPath);
    return {
      stack: below.stack,
      env: Object.fromEntries((config.Env ?? []).map(splitVariable)),
      user: config.User ?? '',
      workingDir: config.WorkingDir ?? '',
      files: [...files.values()],
    };
  }

  /** The stack with the most layers of which all lie lowest. */
  async #stackBelow(diffIds: string[]): Promise<{ stack: string; layers: number } | null> {
    const text = await readFile(join(this.host.home, 'stacks.json'), 'utf8').catch(() => '{}');
    let found: { stack: string; layers: number } | null = null;
    for (const stack of Object.values(stacksFile.parse(JSON.parse(text)))) {
      const own = this.#stackLayers.get(stack) ?? (await this.engine.imageLayers(stack)) ?? [];
      if (own.length === 0) continue;
      this.#stackLayers.set(stack, own);
      const isBelow = own.length < diffIds.length && own.every((id, index) => diffIds[index] === id);
      if (isBelow && own.length > (found?.layers ?? 0)) found = { stack, layers: own.length };
    }
    return found;
  }
}

/** The files of a layer; null when there is anything in it that a waiting server could not make as it is. */
async function filesOf(packed: Buffer): Promise<WarmOrder['files'] | null> {
  const files: WarmOrder['files'] = [];
  let bytes = 0;
  const tar = Readable.from([packed]).pipe(createGunzip()).pipe(extract());
  for await (const entry of tar) {
    const { name, type, uid, mode = 0, mtime } = entry.header;
    const path = name.replace(/^\.?\//, '').replace(/\/$/, '');
    const chunks: Buffer[] = [];
    for await (const chunk of entry) {
      bytes += (chunk as Buffer).length;
      if (bytes > mostBytes) return null;
      chunks.push(chunk as Buffer);
    }
    // A folder comes with its files; those that the stack has stay as they are.
    if (type === 'directory' && folders.some((folder) => overlaps(`${path}/`, folder))) continue;
    const isOurs = folders.some((folder) => path.startsWith(folder)) && !path.split('/').includes('..');
    const isPlain = type === 'file' && uid === functionUser && !/(^|\/)\.wh\./.test(path);
    if (!isOurs || !isPlain) return null;
    files.push({
      path: `/${path}`,
      mode: mode & 0o777,
      mtime: Math.floor((mtime?.getTime() ?? 0) / 1000),
      content: Buffer.concat(chunks).toString('base64'),
    });
  }
  return files;
}

function overlaps(one: string, other: string): boolean {
  return one.startsWith(other) || other.startsWith(one);
}

function splitVariable(line: string): [string, string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}
