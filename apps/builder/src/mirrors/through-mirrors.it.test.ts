import { afterAll, beforeAll, expect, it } from 'vitest';
import { tester } from '../../../../test/support/database.js';
import type { DeploymentError } from '#libs/contracts/deployment-error.js';
import { PlayedMirrors } from '#libs/mirrors/testing/played-mirrors.js';
import { mirrorRows, setMirrors } from '#libs/store/mirrors.js';
import { Workshop } from '../testing/workshop.js';

let workshop: Workshop;
const mirrors = new PlayedMirrors();
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(async () => {
  await mirrors.close();
  await workshop.close();
});

/** A step that fetches as a package manager does: it says which registry it was sent to, and fails as npm does unless that is `works`. */
function fetching(works: string, otherwise = 'npm error code ECONNREFUSED'): Record<string, string> {
  const script = `: npm ci; echo "registry $NPM_CONFIG_REGISTRY"; test "$NPM_CONFIG_REGISTRY" = "${works}/" || { echo "${otherwise}"; exit 1; }`;
  return {
    Dockerfile: [
      `FROM ${workshop.stack}`,
      `RUN ${JSON.stringify(['/bin/sh', '-c', script])}`,
      'CMD ["/bin/sh"]',
      '',
    ].join('\n'),
  };
}

async function registriesOf(deploymentId: string): Promise<unknown> {
  return (await workshop.db.build.findFirstOrThrow({ where: { deploymentId } })).registries;
}

it('a step whose registry does not answer is repeated with the next mirror, and the log and the record say so', async () => {
  const [first, second] = [await mirrors.good(), await mirrors.good()];
  await setMirrors(workshop.db, 'npm', [first, second, 'default'], tester);
  const { deploy } = await workshop.app();
  const { id } = await deploy(fetching(second));
  expect(await workshop.build(id)).toMatchObject({ status: 'starting', error: null });
  const log = await workshop.logOf(id);
  expect(log).toContain(`detail npm packages come from ${first}`);
  const warning = log.findIndex((line) => line.startsWith(`warning npm packages: ${first} failed`));
  expect(log[warning]).toContain(`Trying again with ${second}.`);
  expect(log.slice(warning)).toContain(`detail registry ${second}/`);
  expect(await registriesOf(id)).toMatchObject([
    { kind: 'npm', from: first, outcome: 'failed' },
    { kind: 'npm', from: second, outcome: 'served' },
  ]);
  // What one build learned holds for the next one, of whichever app.
  const other = await workshop.app();
  const next = await other.deploy(fetching(second));
  await workshop.build(next.id);
  expect((await workshop.logOf(next.id)).join('\n')).not.toContain('failed');
});

it('a failure of the app itself is not repeated with another mirror', async () => {
  const [first, second] = [await mirrors.good(), await mirrors.good()];
  await setMirrors(workshop.db, 'npm', [first, second], tester);
  const { deploy } = await workshop.app();
  const { id } = await deploy(fetching('nowhere', 'npm error code ERESOLVE'));
  const { error } = await workshop.build(id);
  expect((error as unknown as DeploymentError).code).toBe('build_failed');
  expect((await workshop.logOf(id)).join('\n')).not.toContain('Trying again with');
  expect(
    (await mirrorRows(workshop.db, 'npm')).filter(({ url }) => url !== 'default').map(({ failed }) => failed),
  ).toEqual([0, 0]);
});

it('a build that fails with every mirror has tried each once', async () => {
  const list = [await mirrors.good(), mirrors.dead, await mirrors.garbage()];
  await setMirrors(workshop.db, 'npm', [...list, 'default'], tester);
  const { deploy } = await workshop.app();
  const { id } = await deploy(fetching('nowhere'));
  expect(await workshop.build(id)).toMatchObject({ status: 'failed' });
  const lines = await workshop.logOf(id);
  const log = lines.join('\n');
  for (const url of [...list, 'this host’s own registry setting'])
    expect(log.split(`${url} failed`).length - 1).toBeLessThanOrEqual(1);
  expect(lines.filter((line) => /^detail registry(?: http\S+)?$/.test(line.trim()))).toHaveLength(4);
});

it('where only the host’s own registry is set, the Dockerfile and with it the cache stay as they are', async () => {
  await setMirrors(workshop.db, 'npm', [], tester);
  const { deploy } = await workshop.app();
  const { id } = await deploy({
    Dockerfile: `FROM ${workshop.stack}\nRUN ["/bin/sh","-c",": ${workshop.stack}; echo registry $NPM_CONFIG_REGISTRY"]\nCMD ["/bin/sh"]\n`,
  });
  expect(await workshop.build(id)).toMatchObject({ status: 'starting' });
  expect((await workshop.logOf(id)).map((line) => line.trim())).toContain('detail registry');
});
