import { randomBytes, randomInt } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { createServer, connect, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tester } from '../../../test/support/database.js';
import type { DeploymentError } from '#libs/contracts/deployment-error.js';
import type { ImageLayer } from '#libs/contracts/build-plan.js';
import { waitFor } from '#libs/core/wait.js';
import { RegistryClient } from '#libs/images/registry-client.js';
import { commandLines } from '#libs/images/testing/processes.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { changeConfig } from '#libs/store/config-vars.js';
import { cancelDeployment } from '#libs/store/deployments.js';
import { openReleaseConfig } from '#libs/store/releases.js';
import type { Claim } from './claim.js';
import { Stopped } from './stopped.js';
import { Workshop } from './testing/workshop.js';

let workshop: Workshop;
beforeAll(async () => {
  workshop = await Workshop.open();
});
afterAll(() => workshop.close());

const node = (source: string) => ({
  'package.json': JSON.stringify({ scripts: { start: 'node server.js' } }),
  'server.js': source,
});
/** A Dockerfile on the test's own stack, which has only a shell. */
function dockerfile(...lines: string[]): Record<string, string> {
  return { Dockerfile: [`FROM ${workshop.stack}`, ...lines, ''].join('\n') };
}
/** A command that is found again among all processes of the machine. */
function nap(): { run: string; runs: () => Promise<boolean> } {
  const seconds = `4${randomInt(100_000, 999_999)}`;
  return {
    run: `RUN ["/bin/sleep","${seconds}"]`,
    runs: async () => (await commandLines()).includes(`/bin/sleep ${seconds}`),
  };
}

describe('a deployment that is built', () => {
  it('becomes a release, with a step row and log lines for what was done', async () => {
    const { appId, deploy } = await workshop.app();
    await changeConfig(workshop.db, appId, { GREETING: 'hello-there' }, tester);
    const { id } = await deploy(node('one'));
    const built = await workshop.build(id);
    expect(built).toMatchObject({ status: 'starting', error: null, leaseUntil: null });
    const release = await workshop.db.release.findUniqueOrThrow({ where: { id: built.releaseId ?? '' } });
    expect(release).toMatchObject({
      number: 1,
      processes: { web: ['node', 'server.js'] },
      port: 8080,
      configKeys: ['GREETING'],
    });
    expect(openReleaseConfig(workshop.database.sealer, release)).toEqual({ GREETING: 'hello-there' });
    expect(release.image).toMatch(new RegExp(`^apps/${appId}@sha256:[0-9a-f]{64}$`));
    expect(
      await workshop.parts.registry.digestOf(`apps/${appId}`, release.image.split('@')[1] ?? ''),
    ).not.toBeNull();
    expect(await workshop.stepsOf(id)).toEqual([
      '0 receive done',
      '1 queue done',
      '1 snapshot done',
      '1 plan done',
      '1 build done',
      '1 push done',
      '1 release done',
    ]);
    const log = await workshop.logOf(id);
    expect(log.filter((line) => line.startsWith('phase'))).toEqual([
      'phase Node.js app detected (package.json)',
      'phase Building the image',
      'phase Pushing the image to the registry',
      'phase Release v1 created',
    ]);
    expect(await workshop.db.outbox.count({ where: { queue: 'look' } })).toBeGreaterThan(0);
  });

  it('has no secret, of the app or of the host’s proxy, in image, history, plan and log', async () => {
    const [own, proxy] = [randomBytes(9).toString('hex'), randomBytes(9).toString('hex')];
    const proxies = { HTTPS_PROXY: `http://berth:${proxy}@proxy.invalid:3128` };
    const env = { ...workshop.parts.env, BERTH_BUILD_PROXIES: proxies };
    const { appId, deploy } = await workshop.app();
    await changeConfig(workshop.db, appId, { TOKEN: own }, tester);
    const show = JSON.stringify(['/bin/sh', '-c', 'echo "by $HTTPS_PROXY, token $TOKEN."']);
    const { id } = await deploy(dockerfile(`RUN ${show}`, 'CMD ["/bin/sh"]'));
    await workshop.build(id, { parts: { env } });
    const log = await workshop.logOf(id);
    expect(log).toContain('detail by [HTTPS_PROXY], token .');
    const { docker, registry } = workshop.parts;
    const image = docker.getImage(`${registry.host}/apps/${appId}:d1-1`);
    const build = await workshop.db.build.findFirstOrThrow({ where: { deploymentId: id } });
    const kept = [await image.inspect(), await image.history(), build, log];
    const all = inspect(kept, { depth: null, maxArrayLength: null });
    expect(all).toContain('HTTPS_PROXY');
    expect(all).not.toContain(own);
    expect(all).not.toContain(proxy);
  });

  it('rebuilds one small layer when only the source changed, and says which file', async () => {
    const { deploy } = await workshop.app();
    await workshop.build((await deploy(node('one'))).id);
    // The cache knows a copied file by its content, whoever copied it.
    const { id } = await deploy(node(randomBytes(9).toString('hex')));
    await workshop.build(id);
    const { layers } = await workshop.db.build.findFirstOrThrow({ where: { deploymentId: id } });
    const fresh = (layers as ImageLayer[]).filter(({ reused }) => !reused);
    expect(fresh).toMatchObject([{ part: 'app', whyNot: 'server.js changed.' }]);
    expect(fresh[0]?.sizeBytes).toBeLessThan(2000);
    expect((await workshop.logOf(id)).join('\n')).toMatch(
      /COPY app\/ \/app\/ \(\d\.\d\d s; not cached: server\.js changed\)/,
    );
  });

  // As Spring Boot's jar is taken apart: libraries and app come out of one build, and are layers of their own.
  it('keeps a layer that is copied out of a build while its own files are the same, whatever else the build made anew', async () => {
    const { deploy } = await workshop.app();
    const files = (app: string) => ({
      Dockerfile: [
        `FROM ${workshop.stack} AS build`,
        'WORKDIR /out/libraries',
        'WORKDIR /out/app',
        'COPY app.txt /source/app.txt',
        'RUN ["/bin/sh","-c","echo library > ../libraries/library; cat /source/app.txt > app"]',
        `FROM ${workshop.stack}`,
        'COPY --from=build /out/libraries/ /app/',
        'COPY --from=build /out/app/ /app/',
        'CMD ["/bin/sh"]',
        '',
      ].join('\n'),
      'app.txt': app,
    });
    await workshop.build((await deploy(files('one'))).id);
    const { id } = await deploy(files(randomBytes(9).toString('hex')));
    await workshop.build(id);
    const { layers } = await workshop.db.build.findFirstOrThrow({ where: { deploymentId: id } });
    const fresh = (layers as ImageLayer[]).filter(({ reused }) => !reused);
    expect(fresh.map(({ createdBy }) => createdBy)).toEqual([expect.stringContaining('/out/app/')]);
  });

  it('gives the same image for the same source', async () => {
    const { appId, deploy } = await workshop.app();
    for (let round = 0; round < 2; round += 1) await workshop.build((await deploy(node('same'))).id);
    const images = await workshop.db.release.findMany({ where: { appId }, select: { image: true } });
    expect(new Set(images.map(({ image }) => image)).size).toBe(1);
  });
});

describe('a deployment of what is live already', () => {
  const live = async (appId: string, { releaseId }: { releaseId: string | null }) => {
    await workshop.db.app.update({ where: { id: appId }, data: { liveReleaseId: releaseId } });
    return releaseId;
  };

  it('ends at once, without build, release or instance, and says so', async () => {
    const { appId, deploy } = await workshop.app();
    await live(appId, await workshop.build((await deploy(node('one'))).id));
    const again = await workshop.build((await deploy(node('one'))).id);
    expect(again).toMatchObject({ status: 'live', releaseId: null, leaseUntil: null });
    expect(again.endedAt).not.toBeNull();
    expect(await workshop.stepsOf(again.id)).toEqual([
      '0 receive done',
      '1 queue done',
      '1 snapshot done',
      '1 plan done',
    ]);
    expect((await workshop.logOf(again.id)).join('\n')).toContain('Nothing changed: v1 has the same files');
    expect(await workshop.db.release.count({ where: { appId } })).toBe(1);
    // What comes next is compared with the same files.
    const next = await workshop.build((await deploy(node('two'))).id);
    const { layers } = await workshop.db.build.findFirstOrThrow({ where: { deploymentId: next.id } });
    expect((layers as ImageLayer[]).filter(({ reused }) => !reused)).toMatchObject([
      { whyNot: 'server.js changed.' },
    ]);
  });

  it('becomes a release all the same when the config changed, an instance crashed, or it is repeated by hand', async () => {
    const { appId, deploy } = await workshop.app();
    await live(appId, await workshop.build((await deploy(node('one'))).id));
    await changeConfig(workshop.db, appId, { GREETING: 'hello' }, tester);
    const changed = await workshop.build((await deploy(node('one'))).id);
    const releaseId = (await live(appId, changed)) ?? '';
    expect(changed.status).toBe('starting');

    const { deployment: repeated } = await acceptDeployment(workshop.db, {
      appId,
      trigger: 'retry',
      actor: tester,
      sourceId: changed.sourceId ?? '',
    });
    expect((await workshop.build(repeated.id)).status).toBe('starting');

    const host = await workshop.db.host.create({ data: { name: `h${randomInt(1e9)}` } });
    const row = { appId, releaseId, hostId: host.id, process: 'web', status: 'crashed' };
    await workshop.db.instance.create({ data: row });
    expect((await workshop.build((await deploy(node('one'))).id)).status).toBe('starting');
  });

  it('is built again on a stack image that was renewed, and its layers say so', async () => {
    const { appId, deploy } = await workshop.app();
    const first = await workshop.build((await deploy(node('one'))).id);
    await live(appId, first);
    const file = join(workshop.parts.env.BERTH_HOME, 'stacks.json');
    const before = await readFile(file, 'utf8');
    const renewed = await workshop.image([
      `FROM ${workshop.stack}`,
      `RUN ["/bin/sh","-c","echo ${randomBytes(4).toString('hex')} > /edition"]`,
    ]);
    await writeFile(file, before.replaceAll(workshop.stack, renewed));
    try {
      const { deployment } = await acceptDeployment(workshop.db, {
        appId,
        trigger: 'rebuild',
        actor: tester,
        sourceId: first.sourceId ?? '',
      });
      const moved = await workshop.build(deployment.id);
      expect(moved).toMatchObject({ status: 'starting', error: null });
      const builds = await workshop.db.build.findMany({ where: { appId }, orderBy: { startedAt: 'asc' } });
      const [old, now] = builds.map(({ layers }) => layers as ImageLayer[]);
      expect(now?.filter(({ reused }) => !reused).map(({ whyNot }) => whyNot)).toContain(
        `The base image changed from ${workshop.stack} to ${renewed}.`,
      );
      expect(now?.length).toBe((old?.length ?? 0) + 1);
    } finally {
      await writeFile(file, before);
    }
  });

  it('that its Dockerfile says is built, and then found to be the same image', async () => {
    const { appId, deploy } = await workshop.app();
    const files = dockerfile('COPY Dockerfile /d', 'CMD ["/bin/sh"]');
    await live(appId, await workshop.build((await deploy(files)).id));
    const again = await workshop.build((await deploy(files)).id);
    expect(again).toMatchObject({ status: 'live', releaseId: null });
    expect(await workshop.stepsOf(again.id)).toContain('1 push done');
  });
});

describe('a deployment whose build goes wrong', () => {
  it('fails with the step, its last lines and no secret, and leaves the live release alone', async () => {
    const { appId, deploy } = await workshop.app();
    const secret = randomBytes(9).toString('hex');
    await changeConfig(workshop.db, appId, { API_KEY: secret }, tester);
    const { id } = await deploy(
      dockerfile(`RUN ["/bin/sh","-c","echo key ${secret}; exit 3"]`, 'CMD ["/bin/sh"]'),
    );
    const failed = await workshop.build(id);
    const error = failed.error as DeploymentError;
    expect(failed.status).toBe('failed');
    expect(error).toMatchObject({ code: 'build_failed', step: 'build', lines: ['key [API_KEY]'] });
    expect(error.message).toContain('exit code 3');
    expect(JSON.stringify([error, await workshop.logOf(id)])).not.toContain(secret);
    expect(await workshop.stepsOf(id)).toContain('1 build failed');
    expect(await workshop.db.release.count({ where: { appId } })).toBe(0);
  });

  it('fails early and says why when the disk is short', async () => {
    const { deploy } = await workshop.app();
    const { id } = await deploy(node('x'));
    const env = { ...workshop.parts.env, BERTH_MIN_FREE_DISK_MB: 1e9 };
    const failed = await workshop.build(id, { parts: { env } });
    expect(failed.error).toMatchObject({
      code: 'disk_short',
      message: expect.stringMatching(/The host has \d+ MiB of free disk/),
    });
    expect(await workshop.stepsOf(id)).not.toContain('1 build done');
  });

  it('fails when nothing says what to start', async () => {
    const { deploy } = await workshop.app();
    const { id } = await deploy(dockerfile());
    expect((await workshop.build(id)).error).toMatchObject({ code: 'no_start_command' });
  });

  it('fails with a sentence when the stack that it needs can neither be found nor made', async () => {
    const { deploy } = await workshop.app();
    // The test's home is no copy of Berth: whoever makes stacks finds no Engine there.
    const { id } = await deploy({
      'requirements.txt': 'flask\n',
      'app.py': 'from flask import Flask\napp = Flask(__name__)\n',
    });
    expect((await workshop.build(id)).error).toMatchObject({
      code: 'stack_unavailable',
      step: 'stack',
      message: expect.stringMatching(/There is no Berth .*npm start/),
    });
    expect(await workshop.stepsOf(id)).toEqual(expect.arrayContaining(['1 plan done', '1 stack failed']));
  });

  it('fails when its base image reaches into the registry of all teams by itself', async () => {
    const victim = await workshop.app();
    const released = await workshop.build((await victim.deploy(node('private'))).id);
    const { image } = await workshop.db.release.findUniqueOrThrow({
      where: { id: released.releaseId ?? '' },
    });
    const trap = await workshop.image([
      `FROM ${workshop.stack}`,
      `ONBUILD COPY --from=${workshop.parts.registry.host}/${image} /app /stolen`,
    ]);
    const { deploy } = await workshop.app();
    const { id } = await deploy({ Dockerfile: `FROM ${trap}\nCMD ["/bin/sh"]\n` });
    // Older Engines do not know such an instruction and fail by themselves; newer ones are stopped.
    expect(await workshop.build(id)).toMatchObject({ status: 'failed', releaseId: null });
  });

  it('is ended, with its process, when it takes too long', async () => {
    const { deploy } = await workshop.app();
    const sleep = nap();
    const { id } = await deploy(dockerfile(sleep.run, 'CMD ["/bin/sh"]'));
    const env = { ...workshop.parts.env, BERTH_BUILD_TIMEOUT_S: 2 };
    expect((await workshop.build(id, { parts: { env } })).error).toMatchObject({
      code: 'build_timeout',
      step: 'build',
    });
    await waitFor('the process to be gone', async () => !(await sleep.runs()), { timeoutMs: 10_000 });
  });
});

describe('a deployment that is not wanted any more', () => {
  it.each(['cancelled', 'superseded'])('ends as %s, and its real build ends', async (end) => {
    const { deploy } = await workshop.app();
    const sleep = nap();
    const { id } = await deploy(dockerfile(sleep.run, 'CMD ["/bin/sh"]'));
    const building = workshop.build(id);
    await waitFor('the process to run', sleep.runs, { timeoutMs: 20_000 });
    if (end === 'cancelled') await cancelDeployment(workshop.db, id, tester);
    else await deploy(node('newer'));
    expect(await building).toMatchObject({ status: end, error: null, releaseId: null });
    await waitFor('the process to be gone', async () => !(await sleep.runs()), { timeoutMs: 10_000 });
    expect(await workshop.db.build.findFirst({ where: { deploymentId: id } })).toMatchObject({
      status: 'cancelled',
    });
    expect((await workshop.stepsOf(id)).filter((step) => step.endsWith('running'))).toEqual([]);
  });
});

describe('a builder that is lost', () => {
  it('is followed by another that builds anew, and cannot release any more', async () => {
    const { appId, deploy } = await workshop.app();
    const { id } = await deploy(node('x'));
    let first: Claim | undefined;
    // The first worker freezes right after its claim: its lease lapses, another takes over.
    const frozen = workshop.build(id, {
      worker: 'frozen',
      onClaim: (claim) => {
        first = claim;
        claim.close();
      },
      parts: {
        docker: new Proxy(workshop.parts.docker, {
          get(target, property, receiver) {
            if (property === 'modem') throw new Stopped('lost');
            return Reflect.get(target, property, receiver) as unknown;
          },
        }),
      },
    });
    await frozen;
    expect((await workshop.deployment(id)).status).toBe('building');
    await workshop.db.deployment.update({ where: { id }, data: { leaseUntil: new Date(0) } });
    expect(await workshop.build(id, { worker: 'second' })).toMatchObject({ status: 'starting', attempt: 2 });
    expect(first?.holder).toEqual({ worker: 'frozen', attempt: 1 });
    expect(await workshop.db.release.count({ where: { appId } })).toBe(1);
    expect((await workshop.logOf(id)).some((line) => line.includes('building anew'))).toBe(true);
  });

  it('gives its work back unharmed when it is shut down', async () => {
    const { deploy } = await workshop.app();
    const sleep = nap();
    const { id } = await deploy(dockerfile(sleep.run, 'CMD ["/bin/sh"]'));
    let claim: Claim | undefined;
    const building = workshop.build(id, { onClaim: (taken) => (claim = taken) });
    await waitFor('the process to run', sleep.runs, { timeoutMs: 20_000 });
    await workshop.db.outbox.deleteMany();
    claim?.stop(new Stopped('shutdown'));
    expect(await building).toMatchObject({ status: 'building', leaseUntil: null });
    expect(await workshop.db.outbox.findFirst({ where: { queue: 'build' } })).toMatchObject({
      payload: { deploymentId: id },
    });
    await waitFor('the process to be gone', async () => !(await sleep.runs()), { timeoutMs: 10_000 });
  });
});

describe('a registry that is away', () => {
  it('delays a deployment and does not fail it', async () => {
    const { deploy } = await workshop.app();
    const { id } = await deploy(node('x'));
    const [host, port] = (process.env.BERTH_REGISTRY ?? '').split(':');
    const door = await freePort();
    const building = workshop.build(id, { parts: { registry: new RegistryClient(`127.0.0.1:${door}`) } });
    await waitFor(
      'the push to be tried',
      async () => (await workshop.logOf(id)).some((line) => line.includes('Trying again')),
      {
        timeoutMs: 20_000,
      },
    );
    const forwarder = await forward(door, host ?? '', Number(port));
    try {
      expect((await building).status).toBe('starting');
    } finally {
      await forwarder();
    }
    for (const { Id } of await workshop.parts.docker.listImages({
      filters: { reference: [`127.0.0.1:${door}/apps/*`] },
    })) {
      await workshop.parts.docker.getImage(Id).remove({ force: true });
    }
  });
});

describe('an image by reference', () => {
  it('of this host’s own registry is refused: other teams’ images are there', async () => {
    const { appId } = await workshop.app();
    const { deployment } = await acceptDeployment(workshop.db, {
      appId,
      trigger: 'image',
      actor: tester,
      source: { kind: 'image', image: `${process.env.BERTH_REGISTRY}/apps/other:d1-1` },
    });
    expect((await workshop.build(deployment.id)).error).toMatchObject({ code: 'image_not_public' });
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Opens a port that leads to another; gives what closes it. */
async function forward(port: number, host: string, target: number): Promise<() => Promise<void>> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    const upstream = connect(target, host);
    for (const each of [socket, upstream]) {
      sockets.add(each);
      each.on('error', () => undefined);
    }
    socket.pipe(upstream).pipe(socket);
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return async () => {
    sockets.forEach((socket) => socket.destroy());
    await new Promise((resolve) => server.close(resolve));
  };
}
