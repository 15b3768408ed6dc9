import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type Docker from 'dockerode';
import { leastFileBytes } from '#libs/config/free-mb.js';
import type { DockerClient } from './client.js';

const patienceMs = 60_000;

type Row = Docker.ContainerInfo & { SizeRw?: number };

/** What the Engine calls a volume that nobody gave a name: an image declares it, and it goes with its container. */
const nameless = /^[0-9a-f]{64}$/;

/**
 * Bytes that containers with a label have written: above their image, and in what the image declares volumes, which is no part of that layer and on the
 * same disk. Many small files count for the inodes that they take. `root`: the Engine's folder; null where it is on another machine.
 */
export async function writtenBytes(
  client: DockerClient,
  label: string,
  root: string | null,
): Promise<Map<string, number>> {
  const rows: Row[] = await client.must('measure containers', (docker) =>
    docker.listContainers({ all: true, size: true, filters: { label: [label] } }),
  );
  const sizes = rows.map(async ({ Id, SizeRw = 0, Mounts }) => {
    if (root === null) return [Id, SizeRw] as const;
    const volumes = Mounts.flatMap(({ Name = '' }) =>
      nameless.test(Name) ? join(root, 'volumes', Name) : [],
    );
    const [layer, ...bytes] = await Promise.all([
      inodeBytes(await layerOf(client, Id)),
      ...volumes.map(bytesIn),
    ]);
    return [Id, bytes.reduce((sum, each) => sum + each, Math.max(SizeRw, layer))] as const;
  });
  return new Map(await Promise.all(sizes));
}

/** The folder of a container's writable layer; null where the Engine does not say, or the container is gone. */
async function layerOf(client: DockerClient, id: string): Promise<string | null> {
  const found = await client.call(
    'measure a container',
    (docker) => docker.getContainer(id).inspect(),
    [404],
  );
  const { UpperDir = null } = (found?.GraphDriver?.Data ?? {}) as { UpperDir?: string };
  return UpperDir;
}

/** Bytes that a folder takes with all that is in it. */
export async function bytesIn(folder: string): Promise<number> {
  return Math.max(await du(folder, '-sB1'), await inodeBytes(folder));
}

async function inodeBytes(folder: string | null): Promise<number> {
  return folder === null ? 0 : (await du(folder, '-s', '--inodes')) * leastFileBytes;
}

/** 0 when it is gone. */
function du(folder: string, ...how: string[]): Promise<number> {
  return new Promise((resolve) => {
    // It ends with 1 when a file goes under its eyes, and its sum is right all the same.
    execFile('du', [...how, folder], { timeout: patienceMs }, (_, sum) =>
      resolve(Number.parseInt(sum, 10) || 0),
    );
  });
}
