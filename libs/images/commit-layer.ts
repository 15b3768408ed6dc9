import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { Readable, Transform, type TransformCallback } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type Docker from 'dockerode';
import { extract } from 'tar-stream';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import { engineError } from './engine-stream.js';

/** What somebody changed in a container is no more than this, unpacked. */
const MAX_LAYER_BYTES = 4 * 1024 ** 3;
/** A tar entry's header, its extended headers for a long name and attributes, and padding, at most. */
const BYTES_PER_ENTRY = 8 * 1024;
const SLACK_BYTES = 1024 * 1024;
/** Of a layer that was packed, by its first bytes. */
const GZIP = Buffer.from([0x1f, 0x8b]);

export interface CommittedLayer {
  /** SHA-256 of the layer unpacked: its name in an image's configuration. */
  diffId: string;
  /** SHA-256 and size of `file`, the layer as registries keep it. */
  digest: string;
  sizeBytes: number;
  file: string;
}

const image = z.object({ RootFS: z.object({ Layers: z.array(z.string()).min(1) }) });
const committed = z.object({ Id: z.string() });

/**
 * Takes what a container wrote as one layer, packed into `file`. `docker commit` makes an image of it, whose configuration carries the container's
 * environment, secrets included: only its last layer leaves the Engine, and the image goes again.
 *
 * @param pause hold the container's processes meanwhile, so that what is taken is of one moment; not for one that stands still already
 */
export async function commitLayer(
  docker: Docker,
  wanted: { containerId: string; pause: boolean; file: string; signal: AbortSignal },
): Promise<CommittedLayer> {
  const { containerId, pause, file, signal } = wanted;
  const changed = await changesIn(docker, containerId);
  const imageId = await commit(docker, containerId, pause, signal);
  try {
    const { RootFS } = image.parse(await docker.getImage(imageId).inspect());
    const diffId = RootFS.Layers.at(-1) ?? '';
    const saved = (await docker.getImage(imageId).get()) as Readable;
    const mostBytes = (await contentBytes(docker, imageId)) + changed * BYTES_PER_ENTRY + SLACK_BYTES;
    await saveLayer(saved, { diffId, mostBytes }, `${file}.tar`, signal);
    return { diffId, file, ...(await packLayer(`${file}.tar`, file)) };
  } catch (error) {
    signal.throwIfAborted();
    throw error instanceof BerthError ? error : engineError(error);
  } finally {
    await rm(`${file}.tar`, { force: true });
    await docker
      .getImage(imageId)
      .remove({ noprune: false })
      .catch(() => undefined);
  }
}

async function commit(
  docker: Docker,
  containerId: string,
  pause: boolean,
  signal: AbortSignal,
): Promise<string> {
  try {
    const answer: unknown = await docker
      .getContainer(containerId)
      .commit({ pause, comment: 'berth commit', abortSignal: signal });
    return committed.parse(answer).Id;
  } catch (error) {
    signal.throwIfAborted();
    throw engineError(error);
  }
}

/** How many paths of the container are new, changed or gone. */
async function changesIn(docker: Docker, containerId: string): Promise<number> {
  const paths: unknown = await docker
    .getContainer(containerId)
    .changes()
    .catch((error: unknown) => {
      throw engineError(error);
    });
  return Array.isArray(paths) ? paths.length : 0;
}

/** Bytes of the files in an image's last layer. */
async function contentBytes(docker: Docker, imageId: string): Promise<number> {
  const [last] = z.array(z.object({ Size: z.number() })).parse(await docker.getImage(imageId).history());
  return last?.Size ?? 0;
}

/** Finds the layer in what `docker save` gives, by its content: names and order differ from Engine to Engine. */
async function saveLayer(
  saved: Readable,
  { diffId, mostBytes }: { diffId: string; mostBytes: number },
  to: string,
  signal: AbortSignal,
): Promise<void> {
  const entries = extract();
  const reading = pipeline(saved, entries, { signal }).catch((error: unknown) =>
    entries.destroy(error as Error),
  );
  let found = false;
  for await (const entry of entries) {
    // The large layers below it need not even be read.
    const isOther = entry.header.type !== 'file' || (entry.header.size ?? 0) > mostBytes;
    if (found || isOther) entry.resume();
    else found = (await spool(entry as AsyncIterable<Buffer>, to)) === diffId;
  }
  await reading;
  if (!found)
    throw new BerthError(
      'engine_failed',
      'The Docker Engine did not give out what the instance wrote. Try again.',
    );
}

/** Writes an entry to a file, unpacked; gives the SHA-256 of that. */
async function spool(entry: AsyncIterable<Buffer>, to: string): Promise<string> {
  const meter = new Meter(MAX_LAYER_BYTES);
  const chunks = entry[Symbol.asyncIterator]();
  const first = await chunks.next();
  const isPacked = first.done !== true && first.value.subarray(0, 2).equals(GZIP);
  const whole = Readable.from(rest(first, chunks), { objectMode: false });
  await pipeline([
    whole,
    ...(isPacked ? [createGunzip()] : []),
    meter,
    createWriteStream(to, { mode: 0o600 }),
  ]);
  return meter.digest();
}

/** What was read already, and what follows. */
async function* rest(first: IteratorResult<Buffer>, chunks: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  for (let next = first; next.done !== true; next = await chunks.next()) yield next.value;
}

async function packLayer(from: string, to: string): Promise<{ digest: string; sizeBytes: number }> {
  const meter = new Meter(MAX_LAYER_BYTES);
  await pipeline(
    createReadStream(from),
    createGzip({ level: 4 }),
    meter,
    createWriteStream(to, { mode: 0o600 }),
  );
  return { digest: meter.digest(), sizeBytes: meter.bytes };
}

/** Counts and hashes what passes. */
class Meter extends Transform {
  bytes = 0;
  readonly #hash = createHash('sha256');
  constructor(private readonly most: number) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: string, done: TransformCallback): void {
    this.bytes += chunk.length;
    if (this.bytes > this.most)
      return done(
        new BerthError(
          'commit_too_large',
          `The instance wrote more than ${MAX_LAYER_BYTES / 1024 ** 3} GiB, which is no layer of an app. Remove what is not needed in it, then commit again.`,
        ),
      );
    this.#hash.update(chunk);
    done(null, chunk);
  }

  digest(): string {
    return `sha256:${this.#hash.digest('hex')}`;
  }
}
