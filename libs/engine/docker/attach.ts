import type { Duplex } from 'node:stream';
import { EngineError, type Attachment } from '../port.js';
import { DockerAttachment } from './attachment.js';
import type { DockerClient } from './client.js';

/** See `ContainerEngine.attach`. */
export async function attachTo(
  client: DockerClient,
  { id, terminal }: { id: string; terminal: boolean },
): Promise<Attachment> {
  const options = { stream: true, stdin: true, stdout: true, stderr: true, hijack: true, detachKeys: '' };
  const connection = await client.call(
    'join the container',
    (docker) => docker.getContainer(id).attach(options),
    [404],
  );
  if (connection === null) throw new EngineError('gone', 'The container is gone.');
  return new DockerAttachment(connection as Duplex, terminal, async ({ columns, rows }) => {
    const size = { h: rows, w: columns };
    // Of a container that does not run (yet, any more) the size is of no interest.
    await client
      .call('size the terminal', (docker) => docker.getContainer(id).resize(size), [404, 409])
      .catch(() => undefined);
  });
}
