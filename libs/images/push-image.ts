import type Docker from 'dockerode';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import { engineMessages } from './engine-stream.js';
import type { RegistryClient } from './registry-client.js';

const message = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  aux: z.object({ Digest: z.string().optional() }).loose().optional(),
});

export interface PushedImage {
  /** Digest of the manifest, as the registry itself gives it. */
  digest: string;
  layersPushed: number;
  layersThere: number;
}

/**
 * Pushes `<registry>/<repository>:<tag>` and asks the registry for what it now holds. Throws BerthError
 * `registry_unreachable` or `push_failed`; the signal's reason when aborted. May be repeated.
 */
export async function pushImage(input: {
  docker: Docker;
  registry: RegistryClient;
  repository: string;
  tag: string;
  onLine: (line: string) => void;
  signal: AbortSignal;
}): Promise<PushedImage> {
  const { docker, registry, repository, tag } = input;
  const layers = { pushed: 0, there: 0 };
  let digest: string | null = null;
  const request = {
    path: `/images/${registry.host}/${repository}/push?${new URLSearchParams({ tag }).toString()}`,
    method: 'POST',
    // Engines refuse a push without the header, even to a registry that asks for nothing.
    authconfig: { base64: Buffer.from('{}').toString('base64') },
    statusCodes: { 200: true as const, 404: 'no such image', 500: 'server error' },
  };
  try {
    for await (const raw of engineMessages(docker, request, input.signal)) {
      const { id, status, error, aux } = message.parse(raw);
      if (error !== undefined) throw new Error(error);
      if (status === 'Pushed') {
        layers.pushed += 1;
        input.onLine(`${id}: pushed`);
      }
      if (status !== undefined && /^(?:Layer already exists|Mounted from )/.test(status)) layers.there += 1;
      digest = aux?.Digest ?? digest;
    }
  } catch (error) {
    throw pushError(registry.host, error, input.signal);
  }
  return {
    digest: await confirmed(registry, repository, digest ?? tag),
    layersPushed: layers.pushed,
    layersThere: layers.there,
  };
}

/** A push that ended well and a registry that does not have the image are possible: it may have been restored or emptied. */
async function confirmed(registry: RegistryClient, repository: string, reference: string): Promise<string> {
  const digest = await registry.digestOf(repository, reference);
  if (digest !== null) return digest;
  throw new BerthError(
    'push_failed',
    'The registry took the image but does not have it now. Try the deployment again.',
  );
}

function pushError(host: string, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof BerthError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return /connection refused|no such host|EOF|i\/o timeout|connection reset|deadline exceeded/i.test(reason)
    ? new BerthError(
        'registry_unreachable',
        `The internal registry at ${host} does not answer. See "npm run status"; try the deployment again then.`,
        { cause: error },
      )
    : new BerthError(
        'push_failed',
        `The image could not be pushed to the internal registry (${reason.trim()}). Try the deployment again.`,
        { cause: error },
      );
}
