import { createHash } from 'node:crypto';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { BerthError } from '#libs/core/errors.js';
import { reasonOf } from './outgoing.js';
import { failed, RemoteRegistry, type Descriptor } from './remote-registry.js';

export interface CopyImage {
  /** A mirror, or the registry itself. */
  from: string;
  /** `library/node` */
  repository: string;
  /** Tag or digest. */
  reference: string;
  /** host:port of the internal registry, and the repository and tag that the copy gets there. */
  to: { host: string; repository: string; tag: string };
  /** Images larger than this are refused. */
  maxBytes: number;
  onLine: (line: string) => void;
  signal: AbortSignal;
}

const PATIENCE_MS = 30_000;

/**
 * Copies an image, layer by layer, from a registry outside to the internal one; layers that are there are not asked for. The
 * manifest comes last, so a copy that is there is whole. Gives its digest. Throws as RemoteRegistry does, and BerthError
 * `registry_unreachable` when the internal registry is at fault. May be repeated; each repetition goes on where the last one broke.
 */
export async function copyImage(copy: CopyImage): Promise<string> {
  const remote = new RemoteRegistry(copy.from, copy.repository, copy.signal);
  const image = await remote.image(copy.reference);
  const blobs = [image.config, ...image.layers];
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  if (total > copy.maxBytes)
    throw new BerthError(
      'image_too_large',
      `The image has ${Math.round(total / 1024 / 1024)} MiB; this host copies at most ${Math.round(copy.maxBytes / 1024 / 1024)}.`,
    );
  const own = new OwnRegistry(copy.to.host, copy.to.repository, copy.signal);
  for (const blob of new Map(blobs.map((each) => [each.digest, each])).values()) {
    if (await own.has(blob.digest)) continue;
    await own.put(blob, () => remote.blob(blob.digest));
    copy.onLine(`${blob.digest.slice(7, 19)}: copied`);
  }
  await own.putManifest(copy.to.tag, image.mediaType, image.bytes);
  return image.digest;
}

/** The writing half of the internal registry's distribution API. */
class OwnRegistry {
  constructor(
    private readonly host: string,
    private readonly repository: string,
    private readonly signal: AbortSignal,
  ) {}

  async has(digest: string): Promise<boolean> {
    const { statusCode } = await this.send('HEAD', `/v2/${this.repository}/blobs/${digest}`);
    return statusCode === 200;
  }

  /** Streams a blob in; a wrong hash or length, or an end too soon, leaves nothing behind that counts. */
  async put(blob: Descriptor, open: () => Promise<IncomingMessage>): Promise<void> {
    const source = await open();
    const begun = await this.send('POST', `/v2/${this.repository}/blobs/uploads/`);
    const at = new URL(begun.headers.location ?? '', `http://${this.host}`);
    if (begun.statusCode !== 202 || at.host !== this.host) {
      source.destroy();
      throw this.refused(begun.statusCode);
    }
    at.searchParams.set('digest', blob.digest);
    const checked = new CheckedBlob(blob);
    const headers = { 'content-type': 'application/octet-stream', 'content-length': String(blob.size) };
    // Either side may break off, and then the other breaks too: only the first one is to blame.
    let blame: unknown = null;
    const stored = this.send('PUT', `${at.pathname}${at.search}`, headers, checked)
      .then(({ statusCode }) => {
        if (statusCode !== 201) blame ??= this.refused(statusCode);
      })
      .catch((error: unknown) => {
        if (!(error instanceof BodyBroke)) blame ??= error;
      })
      .finally(() => checked.destroy());
    const sent = pipeline(source, checked, { signal: this.signal }).catch((error: unknown) => {
      blame ??= failed(checked.problem ?? reasonOf(error), error);
    });
    await Promise.all([sent, stored]);
    this.signal.throwIfAborted();
    if (blame !== null) throw blame;
  }

  async putManifest(tag: string, mediaType: string, bytes: Buffer): Promise<void> {
    const headers = { 'content-type': mediaType, 'content-length': String(bytes.length) };
    const path = `/v2/${this.repository}/manifests/${tag}`;
    const { statusCode } = await this.send('PUT', path, headers, Readable.from([bytes]));
    if (statusCode !== 201) throw this.refused(statusCode);
  }

  private send(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Readable,
  ): Promise<IncomingMessage> {
    const [host, port] = this.host.split(/:(?=\d+$)/);
    return new Promise((resolve, reject) => {
      const request = httpRequest(
        { host, port, method, path, headers, agent: false, timeout: PATIENCE_MS, signal: this.signal },
        (response) => {
          response.resume();
          resolve(response);
        },
      );
      request.once('timeout', () => request.destroy(new Error('no answer')));
      request.once('error', (error) => {
        if (this.signal.aborted) reject(this.signal.reason as Error);
        else reject(error instanceof BodyBroke ? error : this.away(error));
      });
      if (body === undefined) return request.end();
      body.once('error', (cause) => request.destroy(new BodyBroke('The body broke off.', { cause })));
      body.pipe(request);
    });
  }

  private away(cause: unknown): BerthError {
    return new BerthError(
      'registry_unreachable',
      `The internal registry at ${this.host} does not answer. See "npm run status"; try again then.`,
      { cause },
    );
  }

  private refused(status: number | undefined): BerthError {
    return new BerthError(
      'registry_refused',
      `The internal registry answered ${status} to a copy of a base image.`,
    );
  }
}

/** What was to be sent came to its end too soon; the receiver is not at fault. */
class BodyBroke extends Error {}

/** Lets exactly the bytes through that a descriptor names. */
class CheckedBlob extends Transform {
  length = 0;
  /** What is wrong with the bytes; null as long as nothing is. */
  problem: string | null = null;
  private readonly hash = createHash('sha256');

  constructor(private readonly expected: Descriptor) {
    super();
  }

  override _transform(
    chunk: Buffer,
    _: BufferEncoding,
    done: (error: Error | null, chunk?: Buffer) => void,
  ): void {
    this.length += chunk.length;
    if (this.length > this.expected.size) return done(this.fail('a layer is longer than its manifest says'));
    this.hash.update(chunk);
    done(null, chunk);
  }

  override _flush(done: (error: Error | null) => void): void {
    if (this.length < this.expected.size) return done(this.fail('it broke a layer off in the middle'));
    if (`sha256:${this.hash.digest('hex')}` !== this.expected.digest)
      return done(this.fail('a layer is not the one that its manifest names'));
    done(null);
  }

  private fail(problem: string): Error {
    this.problem = problem;
    return new Error(problem);
  }
}
