import type { Readable } from 'node:stream';
import { z } from 'zod';
import { EngineError, type ImagePresence, type ImagePull } from '../port.js';
import type { DockerClient } from './client.js';
import { toEngineError } from './errors.js';
import { jsonLines } from './streams.js';

const progress = z.object({
  id: z.string().optional(),
  status: z.string().optional(),
  progress: z.string().optional(),
  error: z.string().optional(),
});

/** See the port. A pull reports each layer's change of state as a line. */
export async function ensureImage(
  client: DockerClient,
  reference: string,
  { onProgress, inItsPlace }: ImagePull = {},
): Promise<ImagePresence> {
  const before = await find(client, reference);
  if (before !== null) return { present: 'already', reference, ...before };
  const source = (await inItsPlace?.()) ?? reference;
  await pull(client, source, onProgress);
  const name = source === reference ? reference : await rename(client, source, reference);
  const after = await find(client, name);
  if (after === null)
    throw new EngineError('image_missing', `The image ${reference} was pulled but is not there.`);
  return { present: 'pulled', reference: name, ...after };
}

async function pull(
  client: DockerClient,
  reference: string,
  onProgress?: (line: string) => void,
): Promise<void> {
  const what = `pull the image ${reference}`;
  const stream = await client.must(what, (docker) => docker.pull(reference));
  try {
    for await (const raw of jsonLines(stream as Readable)) {
      const step = progress.parse(raw);
      if (step.error !== undefined) throw new Error(step.error);
      if (step.status !== undefined && step.progress === undefined)
        onProgress?.([step.id, step.status].filter(Boolean).join(': '));
    }
  } catch (error) {
    throw toEngineError(error, what);
  }
}

/** Gives an image another name in place of the one that it has, where a name can be given: a digest cannot. Returns the name that it has then. */
async function rename(client: DockerClient, from: string, to: string): Promise<string> {
  const [, repo, tag] = /^([^@]+):([^:/@]+)$/.exec(to) ?? [];
  if (repo === undefined) return from;
  const what = 'name the image';
  await client.must(what, (docker) => docker.getImage(from).tag({ repo, tag }));
  await client.call(what, (docker) => docker.getImage(from).remove(), [404, 409]);
  return to;
}

async function find(
  client: DockerClient,
  reference: string,
): Promise<{ imageId: string; sizeBytes: number } | null> {
  const image = await client.call(
    'look for the image',
    (docker) => docker.getImage(reference).inspect(),
    [404],
  );
  return image && { imageId: image.Id, sizeBytes: image.Size };
}
