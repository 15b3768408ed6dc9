import { Readable } from 'node:stream';
import { z } from 'zod';
import { BerthError, messageOf } from '#libs/core/errors.js';

const MANIFEST_TYPES = [
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
];
const MAX_DOCUMENT_BYTES = 4 * 1024 * 1024;
const TIMEOUT_MS = 10_000;
/** A large layer, to a disk that is busy. */
const UPLOAD_MS = 300_000;

const descriptor = z.object({ digest: z.string(), size: z.number() });

const manifest = z.object({ config: descriptor, layers: z.array(descriptor) });

const index = z.object({
  manifests: z.array(
    descriptor.extend({
      platform: z.object({ os: z.string(), architecture: z.string() }).loose().optional(),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

/** The parts of an image's configuration that Berth reads (OCI image-spec, config.md). */
const imageConfig = z.object({
  config: z
    .object({
      Cmd: z.array(z.string()).nullish(),
      Entrypoint: z.array(z.string()).nullish(),
      ExposedPorts: z.record(z.string(), z.unknown()).nullish(),
      User: z.string().nullish(),
      OnBuild: z.array(z.string()).nullish(),
    })
    .loose()
    .nullish(),
  history: z
    .array(z.object({ created_by: z.string().optional(), empty_layer: z.boolean().optional() }).loose())
    .nullish(),
});

export type Manifest = z.infer<typeof manifest>;
export type ImageConfig = z.infer<typeof imageConfig>;

/**
 * The distribution API of the internal registry. Absence is an answer (null); everything else that is not a success is
 * BerthError `registry_unreachable` or `registry_refused`.
 */
export class RegistryClient {
  /** `host` is host:port, as the Engine reaches it too. */
  constructor(readonly host: string) {}

  /** Digest of what a tag or digest names. */
  async digestOf(repository: string, reference: string): Promise<string | null> {
    const response = await this.call('HEAD', `${repository}/manifests/${reference}`, MANIFEST_TYPES);
    return response === null ? null : response.headers.get('docker-content-digest');
  }

  /** The manifest of this platform; of an index, the entry for it. */
  async manifest(repository: string, reference: string): Promise<Manifest | null> {
    const document = await this.json(`${repository}/manifests/${reference}`, MANIFEST_TYPES);
    if (document === null) return null;
    const list = index.safeParse(document);
    if (!list.success) return manifest.parse(document);
    const own = ownEntry(list.data);
    return own === undefined ? null : this.manifest(repository, own.digest);
  }

  /** The configuration blob that a manifest names. */
  async config(repository: string, digest: string): Promise<ImageConfig | null> {
    const document = await this.json(`${repository}/blobs/${digest}`, ['*/*']);
    return document === null ? null : imageConfig.parse(document);
  }

  /** The manifest of this platform as it is stored, and its type. */
  async rawManifest(
    repository: string,
    reference: string,
  ): Promise<{ document: unknown; mediaType: string } | null> {
    const response = await this.call('GET', `${repository}/manifests/${reference}`, MANIFEST_TYPES);
    if (response === null) return null;
    const document = await bodyOf(response);
    const list = index.safeParse(document);
    if (!list.success) return { document, mediaType: response.headers.get('content-type') ?? '' };
    const own = ownEntry(list.data);
    return own === undefined ? null : this.rawManifest(repository, own.digest);
  }

  /** Stores what a tag names once more, as it is, which dates it anew. Nothing there is no error. */
  async touch(repository: string, tag: string): Promise<void> {
    const response = await this.call('GET', `${repository}/manifests/${tag}`, MANIFEST_TYPES);
    const bytes = response === null ? null : await atMost(response, MAX_DOCUMENT_BYTES);
    if (response === null || bytes === null) return;
    await this.putManifest(
      repository,
      tag,
      response.headers.get('content-type') ?? '',
      bytes.toString('utf8'),
    );
  }

  /** A blob that is a document, as it is stored. */
  rawBlob(repository: string, digest: string): Promise<unknown> {
    return this.json(`${repository}/blobs/${digest}`, ['*/*']);
  }

  /** A blob of at most `maxBytes`; null when it is not there, or longer. */
  async bytes(repository: string, digest: string, maxBytes: number): Promise<Buffer | null> {
    const response = await this.call('GET', `${repository}/blobs/${digest}`, ['*/*']);
    return response === null ? null : atMost(response, maxBytes);
  }

  /** Makes sure that the repository has a blob. `open` is asked for its bytes only where they are missing. */
  async upload(
    repository: string,
    digest: string,
    sizeBytes: number,
    open: () => Uint8Array | Readable,
  ): Promise<void> {
    const there = await this.call('HEAD', `${repository}/blobs/${digest}`, ['*/*']);
    if (there !== null) return;
    const begun = await this.call('POST', `${repository}/blobs/uploads/`, ['*/*']);
    const location = begun?.headers.get('location');
    if (!location) throw new BerthError('registry_refused', 'The registry takes no upload. Try again.');
    const url = new URL(location, `http://${this.host}`);
    url.searchParams.set('digest', digest);
    // The registry may name itself as its clients outside know it.
    const path = `${url.pathname}${url.search}`.replace(/^\/v2\//, '');
    const bytes = open();
    await this.call('PUT', path, ['*/*'], {
      body: bytes instanceof Uint8Array ? new Uint8Array(bytes) : (Readable.toWeb(bytes) as ReadableStream),
      headers: { 'content-type': 'application/octet-stream', 'content-length': String(sizeBytes) },
      timeoutMs: UPLOAD_MS,
    });
  }

  /** Stores a manifest under a tag; gives its digest. */
  async putManifest(repository: string, tag: string, mediaType: string, document: string): Promise<string> {
    const response = await this.call('PUT', `${repository}/manifests/${tag}`, ['*/*'], {
      body: document,
      headers: { 'content-type': mediaType },
    });
    const digest = response?.headers.get('docker-content-digest');
    if (digest) return digest;
    throw new BerthError('registry_refused', 'The registry did not take the image. Try again.');
  }

  /** Deletes a manifest by digest; what is gone already is no error. */
  async deleteManifest(repository: string, digest: string): Promise<void> {
    await this.call('DELETE', `${repository}/manifests/${digest}`, MANIFEST_TYPES);
  }

  private async json(path: string, accept: string[]): Promise<unknown> {
    const response = await this.call('GET', path, accept);
    if (response === null) return null;
    return bodyOf(response);
  }

  private async call(
    method: string,
    path: string,
    accept: string[],
    send: { body?: RequestInit['body']; headers?: Record<string, string>; timeoutMs?: number } = {},
  ): Promise<Response | null> {
    let response: Response;
    try {
      response = await fetch(`http://${this.host}/v2/${path}`, {
        method,
        headers: { accept: accept.join(', '), ...send.headers },
        signal: AbortSignal.timeout(send.timeoutMs ?? TIMEOUT_MS),
        ...(send.body !== undefined && { body: send.body, duplex: 'half' }),
      });
    } catch (error) {
      throw new BerthError(
        'registry_unreachable',
        `The internal registry at ${this.host} does not answer. See "npm run status"; try again then.`,
        { cause: error },
      );
    }
    if (response.ok) return response;
    const body = await response.text().catch(messageOf);
    if (response.status === 404) return null;
    throw new BerthError(
      'registry_refused',
      `The internal registry answered ${response.status}: ${body.slice(0, 200)}`,
    );
  }
}

async function bodyOf(response: Response): Promise<unknown> {
  const bytes = await atMost(response, MAX_DOCUMENT_BYTES);
  if (bytes === null)
    throw new BerthError('registry_refused', 'The registry’s document is too long. Try again.');
  return JSON.parse(bytes.toString('utf8'));
}

/** The whole body; null when it is longer. */
async function atMost(response: Response, maxBytes: number): Promise<Buffer | null> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body ?? []) {
    length += (chunk as Uint8Array).length;
    if (length > maxBytes) return null;
    chunks.push(chunk as Uint8Array);
  }
  return Buffer.concat(chunks);
}

/** The entry of an index for this machine. */
function ownEntry({ manifests }: z.infer<typeof index>) {
  return manifests.find(
    ({ platform }) => platform?.os === 'linux' && platform.architecture === architecture(),
  );
}

/** Node's name of this machine's architecture, in the words of registries. */
function architecture(): string {
  return process.arch === 'x64' ? 'amd64' : process.arch;
}
