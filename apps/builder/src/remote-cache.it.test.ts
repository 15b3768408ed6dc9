import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ImageLayer } from '#libs/contracts/build-plan.js';
import { waitFor } from '#libs/core/wait.js';
import { removeImage } from '#libs/images/tag-image.js';
import { CACHE_TAG } from './remote-cache.js';
import { Workshop } from './testing/workshop.js';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.close());

/** Takes from the Engine what it knows of an app, as on a host that never built it. Cache folders of other tests stay. */
async function forget(appId: string): Promise<void> {
  const { docker, registry } = workshop.parts;
  const reference = [`${registry.host}/apps/${appId}`];
  for (const { RepoTags } of await docker.listImages({ filters: { reference } }))
    for (const name of RepoTags ?? []) await removeImage(docker, name);
  const filters = encodeURIComponent(JSON.stringify({ type: ['regular'] }));
  const options = {
    method: 'POST',
    path: `/build/prune?all=true&filters=${filters}&`,
    statusCodes: { 200: true },
  };
  await new Promise<void>((resolve, reject) =>
    (docker.modem as { dial(options: object, done: (error: Error | null) => void): void }).dial(
      options,
      (error) => (error === null ? resolve() : reject(error)),
    ),
  );
}

it('a builder that has nothing of an app takes the steps that did not change from the registry', async () => {
  const { appId, deploy } = await workshop.app();
  // What this step makes is another thing each time that it runs.
  const make = JSON.stringify(['/bin/sh', '-c', '/usr/bin/head -c 4096 /dev/urandom > /made']);
  const Dockerfile = [
    `FROM ${workshop.stack} AS made`,
    `RUN ${make}`,
    `FROM ${workshop.stack}`,
    'COPY --from=made /made /made',
    'COPY note /note',
    'CMD ["/bin/sh"]',
    '',
  ].join('\n');
  const first = await deploy({ Dockerfile, note: 'one' });
  await workshop.build(first.id);
  // Its release is started before its cache is stored.
  await workshop.db.deployment.update({ where: { id: first.id }, data: { status: 'live' } });
  const stored = () => workshop.parts.registry.digestOf(`apps/${appId}`, CACHE_TAG);
  await waitFor('its cache to be stored', async () => (await stored()) !== null, { timeoutMs: 30_000 });
  await forget(appId);
  const { id } = await deploy({ Dockerfile, note: 'two' });
  await workshop.build(id);
  const { layers } = await workshop.db.build.findFirstOrThrow({ where: { deploymentId: id } });
  const reused = (layers as ImageLayer[]).map(({ createdBy, reused }) => [createdBy.split(' ')[1], reused]);
  expect(reused.slice(-2)).toEqual([
    ['/made', true],
    ['note', false],
  ]);
  expect((await workshop.logOf(id)).join('\n')).toContain('taken from the registry');
});
