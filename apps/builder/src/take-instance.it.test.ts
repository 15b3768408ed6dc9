import { randomBytes } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tester } from '../../../test/support/database.js';
import type { ImageLayer } from '#libs/contracts/build-plan.js';
import { commitInstance } from '#libs/store/commits.js';
import { Workshop } from './testing/workshop.js';

let workshop: Workshop;
const containers: string[] = [];
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(async () => {
  for (const id of containers) await workshop.parts.docker.getContainer(id).remove({ force: true });
  await workshop.close();
});

/**
 * A live app, and a container of it, as the runtime makes them, that wrote a file and knows a secret. One of the warm pool was made from a bare
 * stack, before it was known for whom.
 */
async function instanceThatWrote(text: string, secret: string, of: 'its app' | 'the pool' = 'its app') {
  const { appId, deploy } = await workshop.app();
  const { id } = await deploy({
    'package.json': JSON.stringify({ scripts: { start: 'node server.js' } }),
    'server.js': 'one',
  });
  const built = await workshop.build(id);
  const release = await workshop.db.release.findUniqueOrThrow({ where: { id: built.releaseId ?? '' } });
  await workshop.db.deployment.update({ where: { id }, data: { status: 'live', endedAt: new Date() } });
  const { docker, registry, env } = workshop.parts;
  const bare = process.env.BERTH_TEST_IMAGE ?? '';
  const host = await workshop.db.host.create({ data: { name: randomBytes(4).toString('hex') } });
  const row = await workshop.db.instance.create({
    data: { appId, releaseId: release.id, hostId: host.id, process: 'web', status: 'ready' },
  });
  const container = await docker.createContainer({
    Image: of === 'its app' ? `${registry.host}/${release.image}` : bare,
    Entrypoint: ['/bin/sh', '-c', `echo ${text} > /written; sleep 300`],
    Env: [`API_KEY=${secret}`, 'BERTH_INSTANCE=x'],
    User: '0',
    Labels: {
      ...{ 'berth.id': env.BERTH_ID, 'berth.instance': row.id },
      ...(of === 'its app' ? { 'berth.app': appId } : { 'berth.kind': 'warm' }),
    },
  });
  containers.push(container.id);
  await container.start();
  await workshop.db.instance.update({ where: { id: row.id }, data: { containerId: container.id } });
  const { teamId } = await workshop.db.app.findUniqueOrThrow({ where: { id: appId } });
  return { appId, teamId, instanceId: row.id, release, container, docker };
}

describe('the commit of an instance', () => {
  it.each(['its app', 'the pool'] as const)(
    'made for %s is a release with one more layer and nothing of the environment, and it runs on',
    async (of) => {
      const secret = randomBytes(9).toString('hex');
      const { appId, teamId, instanceId, release, container, docker } = await instanceThatWrote(
        'hello',
        secret,
        of,
      );
      await expect.poll(() => fileIn(container.id, '/written'), { timeout: 20_000 }).toContain('hello');
      const about = { appId, teamId, instanceId, comment: null, actor: tester };
      const { id } = await commitInstance(workshop.db, about);
      const built = await workshop.build(id);
      expect(built).toMatchObject({ status: 'starting', trigger: 'commit', error: null });
      const made = await workshop.db.release.findUniqueOrThrow({ where: { id: built.releaseId ?? '' } });
      expect(made).toMatchObject({ number: 2, processes: release.processes, port: release.port });

      const { layers } = await workshop.db.build.findFirstOrThrow({ where: { deploymentId: id } });
      const fresh = (layers as ImageLayer[]).filter(({ reused }) => !reused);
      expect(fresh).toMatchObject([{ createdBy: `berth commit web ${instanceId.slice(-8)}`, part: 'app' }]);

      const reference = `${workshop.parts.registry.host}/${made.image}`;
      await pulled(reference);
      const image = await docker.getImage(reference).inspect();
      const before = await docker.getImage(`${workshop.parts.registry.host}/${release.image}`).inspect();
      expect(image.Config).toEqual(before.Config);
      expect(JSON.stringify([image, await docker.getImage(reference).history()])).not.toContain(secret);
      const copy = await docker.createContainer({ Image: reference, Cmd: ['/bin/sh'] });
      containers.push(copy.id);
      expect(await fileIn(copy.id, '/written')).toContain('hello');

      expect((await container.inspect()).State).toMatchObject({ Running: true, Paused: false });
      expect(await readdir(join(workshop.parts.env.BERTH_HOME, 'commits'))).toEqual([]);
      const dangling = await docker.listImages({
        filters: { dangling: ['true'], label: [`berth.instance=${instanceId}`] },
      });
      expect(dangling).toEqual([]);
    },
  );

  it('of a container that another app owns fails, and says that the instance is gone', async () => {
    const victim = await instanceThatWrote('secret', 'x');
    const thief = await instanceThatWrote('mine', 'y');
    await workshop.db.instance.update({
      where: { id: thief.instanceId },
      data: { containerId: victim.container.id },
    });
    const { id } = await commitInstance(workshop.db, { ...thief, comment: null, actor: tester });
    expect((await workshop.build(id)).error).toMatchObject({ code: 'source_gone' });
    await expect(
      commitInstance(workshop.db, { ...thief, instanceId: victim.instanceId, comment: null, actor: tester }),
    ).rejects.toMatchObject({ code: 'instance_not_found' });
  });
});

async function pulled(reference: string): Promise<void> {
  const { docker } = workshop.parts;
  const stream = await docker.pull(reference);
  await new Promise<void>((resolve, reject) => {
    docker.modem.followProgress(stream, (error) => (error ? reject(error) : resolve()));
  });
}

async function fileIn(containerId: string, path: string): Promise<string> {
  const tar = await workshop.parts.docker
    .getContainer(containerId)
    .getArchive({ path })
    .catch(() => null);
  if (tar === null) return '';
  const chunks: Buffer[] = [];
  for await (const chunk of tar) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('latin1');
}
