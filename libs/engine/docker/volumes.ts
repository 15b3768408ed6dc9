import { chown, readdir, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import type Docker from 'dockerode';
import { extract } from 'tar-stream';
import { EngineError, label, type VolumeMount } from '../port.js';
import type { DockerClient } from './client.js';
import { bytesIn } from './written.js';

/** Files that say who a user is are read up to this size. */
const mostBytes = 1024 * 1024;

/** Makes what is not there; making it again finds it. */
export async function ensureVolumes(
  client: DockerClient,
  mounts: readonly VolumeMount[],
  berthId: string,
): Promise<void> {
  for (const { name, labels } of mounts) {
    await client.must('create the volume', (docker) => docker.createVolume({ Name: name, Labels: labels }));
    if ((await find(client, name, berthId)) === null)
      throw new EngineError('conflict', `The volume name ${name} belongs to something else.`);
  }
}

/**
 * Gives the volumes of a container that are empty to the user that it runs as: the Engine makes them root's, and nobody in a container may write what is
 * root's but root. What the image has at their paths the Engine has put into them by now, with its owners.
 */
export async function giveVolumes(client: DockerClient, raw: Docker.ContainerInspectInfo): Promise<void> {
  for (const { Type, Source } of raw.Mounts as { Type?: string; Source: string }[]) {
    if (Type !== 'volume' || (await readdir(Source)).length > 0) continue;
    const { uid, gid } = await userOf(client, raw);
    const { uid: present } = await stat(Source);
    if (present !== uid) await chown(Source, uid, gid);
  }
}

export async function volumeBytes(
  client: DockerClient,
  name: string,
  berthId: string,
): Promise<number | null> {
  const volume = client.local ? await find(client, name, berthId) : null;
  return volume && bytesIn(volume.Mountpoint);
}

export async function removeVolume(client: DockerClient, name: string, berthId: string): Promise<void> {
  if ((await find(client, name, berthId)) === null) return;
  await client.call('remove the volume', (docker) => docker.getVolume(name).remove(), [404]);
}

async function find(
  client: DockerClient,
  name: string,
  berthId: string,
): Promise<Docker.VolumeInspectInfo | null> {
  const volume = await client.call('look at the volume', (docker) => docker.getVolume(name).inspect(), [404]);
  return volume?.Labels?.[label.id] === berthId ? volume : null;
}

interface User {
  uid: number;
  gid: number;
}

/** Whom a container runs as, as the Engine reads it: numbers, or names that its image's own files explain. Nobody said: root. */
async function userOf(client: DockerClient, { Id, Config }: Docker.ContainerInspectInfo): Promise<User> {
  const [user = '', group = ''] = (Config.User || '0:0').split(':');
  if (isNumber(user) && isNumber(group)) return { uid: Number(user), gid: Number(group) };
  const [, , uid = '0', primary = '0'] = await entryOf(client, Id, '/etc/passwd', user);
  const [, , gid = '0'] = group === '' ? ['', '', primary] : await entryOf(client, Id, '/etc/group', group);
  return { uid: Number(isNumber(user) ? user : uid), gid: Number(isNumber(group) ? group : gid) };
}

function isNumber(value: string): boolean {
  return /^\d{1,10}$/.test(value);
}

/** The fields of the line about a name or number; none where the image has no such line. */
async function entryOf(client: DockerClient, id: string, path: string, wanted: string): Promise<string[]> {
  const archive = await client.call(
    'read who the user is',
    (docker) => docker.getContainer(id).getArchive({ path }),
    [404],
  );
  if (archive === null) return [];
  for await (const entry of (archive as Readable).pipe(extract())) {
    if (entry.header.type !== 'file' || (entry.header.size ?? 0) > mostBytes) return [];
    const lines = (await text(entry)).split('\n').map((line) => line.split(':'));
    return lines.find(([name, , number]) => wanted === (isNumber(wanted) ? number : name)) ?? [];
  }
  return [];
}
