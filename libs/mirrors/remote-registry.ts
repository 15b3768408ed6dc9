import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import { isWeb, outgoing, readBody } from './outgoing.js';
import { below } from './probe.js';

const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
];
const INDEX_TYPES = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
/** Manifests larger than this are refused by registries themselves. */
const MAX_MANIFEST_BYTES = 4 * 1024 * 1024;
const MAX_TOKEN_BYTES = 64 * 1024;
/** To the head of an answer, and between pieces of a layer. */
const PATIENCE_MS = 10_000;

const digestText = z.string().regex(/^sha256:[0-9a-f]{64}$/);
const descriptor = z.object({ mediaType: z.string().optional(), digest: digestText, size: z.int().min(0) });
const imageManifest = z.object({ config: descriptor, layers: z.array(descriptor).max(500) });
const imageIndex = z.object({
  manifests: z.array(
    descriptor.extend({
      platform: z.object({ os: z.string(), architecture: z.string() }).loose().optional(),
    }),
  ),
});
const tokenAnswer = z.object({ token: z.string().optional(), access_token: z.string().optional() });

export type Descriptor = z.infer<typeof descriptor>;

/** A manifest as it came, with its parts. */
export interface RemoteImage {
  digest: string;
  mediaType: string;
  bytes: Buffer;
  config: Descriptor;
  layers: Descriptor[];
}

/**
 * Reads public images of a registry outside by the distribution API, with the anonymous token that it may want. What does not carry
 * the hash that it should is refused. Throws BerthError: `image_missing` when the registry says that there is no such image,
 * `mirror_failed` for everything else.
 */
export class RemoteRegistry {
  private token: string | null = null;

  constructor(
    private readonly url: string,
    private readonly repository: string,
    private readonly signal: AbortSignal,
  ) {}

  /** The image of this machine's kind that a tag or digest names. */
  async image(reference: string): Promise<RemoteImage> {
    const { bytes, type, digest } = await this.manifest(reference);
    if (!INDEX_TYPES.includes(type)) return parsed(bytes, type, digest);
    const own = json(imageIndex, bytes).manifests.find(
      ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture(),
    );
    if (own === undefined)
      throw new BerthError('image_missing', `It has no variant for linux/${architecture()}.`);
    const inner = await this.manifest(own.digest);
    return parsed(inner.bytes, inner.type, inner.digest);
  }

  /** The content of a blob; whoever reads it checks its hash. */
  async blob(digest: string): Promise<IncomingMessage> {
    return this.get(`v2/${this.repository}/blobs/${digest}`, ['*/*']);
  }

  private async manifest(reference: string): Promise<{ bytes: Buffer; type: string; digest: string }> {
    const path = `v2/${this.repository}/manifests/${reference}`;
    const response = await this.get(path, [...MANIFEST_TYPES, ...INDEX_TYPES]);
    const bytes = await this.read(response, MAX_MANIFEST_BYTES);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    if (reference.startsWith('sha256:') && digest !== reference) throw failed('it sends another manifest');
    const type = (response.headers['content-type'] ?? '').split(';')[0]?.trim() ?? '';
    if (![...MANIFEST_TYPES, ...INDEX_TYPES].includes(type)) throw failed('it sends no manifest of an image');
    return { bytes, type, digest };
  }

  private async get(path: string, accept: string[]): Promise<IncomingMessage> {
    let response = await this.ask(path, accept);
    if (response.statusCode === 401 && this.token === null) {
      response.destroy();
      this.token = await this.anonymousToken(response.headers['www-authenticate'] ?? '');
      response = await this.ask(path, accept);
    }
    const status = response.statusCode ?? 0;
    if (status === 200) return response;
    response.destroy();
    if (status === 404) throw new BerthError('image_missing', 'It has no such image.');
    if (status === 401 || status === 403)
      throw new BerthError('image_missing', 'It does not give the image out to everybody.');
    throw failed(`it answers ${status}`);
  }

  private async ask(path: string, accept: string[]): Promise<IncomingMessage> {
    const headers = {
      accept: accept.join(', '),
      ...(this.token !== null && { authorization: `Bearer ${this.token}` }),
    };
    return this.call(() =>
      outgoing(below(this.url, path), { headers, timeoutMs: PATIENCE_MS, signal: this.signal }),
    );
  }

  /** Token authentication of the distribution specification, for nobody in particular. */
  private async anonymousToken(challenge: string): Promise<string> {
    const fields = new Map(
      [...challenge.matchAll(/([a-z]+)="([^"]*)"/gi)].map(([, key, value]) => [key, value]),
    );
    const realm = fields.get('realm') ?? '';
    if (!/^bearer\b/i.test(challenge) || !URL.canParse(realm) || !isWeb(new URL(realm)))
      throw new BerthError('image_missing', 'It wants a user and a password.');
    const url = new URL(realm);
    const service = fields.get('service');
    if (service !== undefined) url.searchParams.set('service', service);
    url.searchParams.set('scope', `repository:${this.repository}:pull`);
    const response = await this.call(() =>
      outgoing(url.href, { timeoutMs: PATIENCE_MS, signal: this.signal }),
    );
    const answer = json(tokenAnswer, await this.read(response, MAX_TOKEN_BYTES));
    const token = answer.token ?? answer.access_token;
    if (token === undefined) throw failed('it gives no token for public images');
    return token;
  }

  private read(response: IncomingMessage, maxBytes: number): Promise<Buffer> {
    return this.call(() => readBody(response, maxBytes));
  }

  /** Everything that goes wrong on the way is the mirror's failure, but for the end of the build. */
  private async call<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      this.signal.throwIfAborted();
      if (error instanceof BerthError && error.code === 'outgoing_failed') throw failed(error.message, error);
      throw error;
    }
  }
}

function parsed(bytes: Buffer, mediaType: string, digest: string): RemoteImage {
  return { digest, mediaType, bytes, ...json(imageManifest, bytes) };
}

function json<T>(schema: z.ZodType<T>, bytes: Buffer): T {
  try {
    return schema.parse(JSON.parse(bytes.toString('utf8')));
  } catch (error) {
    throw failed('it sends something that no registry sends', error);
  }
}

export function failed(why: string, cause?: unknown): BerthError {
  return new BerthError('mirror_failed', why, { cause });
}

/** Node's name of this machine's architecture, in the words of registries. */
function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
