import { execFile } from 'node:child_process';
import { join } from 'node:path';
import type Docker from 'dockerode';
import type { DockerClient } from './client.js';

const patienceMs = 60_000;

type Row = Docker.ContainerInfo & { SizeRw?: number };

/**
 * Bytes that containers with a label have written: above their image, and in what the image declares volumes, which is no part of that layer and on the
 * same disk. `root`: the Engine's folder; null where it is on another machine.
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
    const names = root === null ? [] : Mounts.flatMap(({ Name }) => Name ?? []);
    const volumes = await Promise.all(names.map((name) => folderBytes(join(root ?? '', 'volumes', name))));
    return [Id, volumes.reduce((sum, bytes) => sum + bytes, SizeRw)] as const;
  });
  return new Map(await Promise.all(sizes));
}

/** 0 when it is gone. */
function folderBytes(folder: string): Promise<number> {
  return new Promise((resolve) => {
    // It ends with 1 when a file goes under its eyes, and its sum is right all the same.
    execFile('du', ['-sB1', folder], { timeout: patienceMs }, (_, sum) =>
      resolve(Number.parseInt(sum, 10) || 0),
    );
  });
}
