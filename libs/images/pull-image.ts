import type Docker from 'dockerode';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import { engineMessages } from './engine-stream.js';
import { fullReference, type ImageReference } from './image-reference.js';

const message = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  error: z.string().optional(),
  progressDetail: z.object({ total: z.number().optional() }).optional(),
});

/**
 * Brings an image of a registry onto the Engine, through its mirrors. Says each layer once. Throws BerthError
 * `image_missing` when the registry has none, `image_too_large` when its layers are of more than `maxBytes` as they are sent,
 * `image_pull_failed` for the rest; the signal's reason when aborted.
 */
export async function pullImage(
  docker: Docker,
  reference: ImageReference,
  onLine: (line: string) => void,
  signal: AbortSignal,
  maxBytes = Infinity,
): Promise<void> {
  const layers = new Map<string, number>();
  const query = new URLSearchParams({ fromImage: reference.name, tag: reference.version });
  const request = {
    path: `/images/create?${query.toString()}`,
    method: 'POST',
    statusCodes: { 200: true as const, 404: 'no such image', 500: 'server error' },
  };
  try {
    for await (const raw of engineMessages(docker, request, signal)) {
      const { id, status, error, progressDetail } = message.parse(raw);
      if (error !== undefined) throw new Error(error);
      if (id !== undefined && status === 'Downloading') layers.set(id, progressDetail?.total ?? 0);
      if ([...layers.values()].reduce((sum, bytes) => sum + bytes, 0) > maxBytes)
        throw tooLarge(reference, maxBytes);
      if (status !== undefined && /^(?:Pull complete|Already exists|Digest: |Status: )/.test(status)) {
        onLine(id === undefined ? status : `${id}: ${status}`);
      }
    }
  } catch (error) {
    throw pullError(reference, error, signal);
  }
}

function tooLarge({ name, version }: ImageReference, maxBytes: number): BerthError {
  return new BerthError(
    'image_too_large',
    `The layers of ${name}:${version} are of more than the ${Math.floor(maxBytes / 1024 / 1024)} MiB that this host takes. Use a smaller image.`,
  );
}

function pullError(reference: ImageReference, error: unknown, signal: AbortSignal): unknown {
  if (signal.aborted) return signal.reason;
  if (error instanceof BerthError && ['engine_unreachable', 'image_too_large'].includes(error.code))
    return error;
  const full = fullReference(reference);
  const reason = error instanceof Error ? error.message : String(error);
  return /not found|manifest unknown|does not exist|no such image|denied|unauthorized/i.test(reason)
    ? new BerthError(
        'image_missing',
        `There is no public image ${full}: its registry does not know it or does not give it out. Check name and tag.`,
        { cause: error },
      )
    : new BerthError(
        'image_pull_failed',
        `${full} could not be pulled (${reason.trim()}). Check that its registry, or a mirror of it, can be reached from this host.`,
        { cause: error },
      );
}
