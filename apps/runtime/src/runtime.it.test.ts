import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { restartDelayMs } from '#libs/core/backoff.js';
import { gatewayOf, parseBlock } from '#libs/core/subnet.js';
import { waitFor } from '#libs/core/wait.js';
import { label } from '#libs/engine/port.js';
import { idleNetworks } from '#libs/store/networks.js';
import { awake } from '#libs/store/sleep.js';
import type { DeploymentError } from '#libs/contracts/deployment-error.js';
import { commands, get, TestHost } from './it-support.js';

// Generous: on a busy machine a container takes seconds to start. What is waited for comes, or the test fails.
const soon = { timeoutMs: 60_000 };
vi.setConfig({ testTimeout: 180_000 });
let host: TestHost;
beforeAll(async () => {
  host = await TestHost.open();
});
afterAll(() => host.close());

describe('a release command', () => {
  /** A release with a command, deployed as new code is. */
  const deployWith = async (appId: string, command: string[]) => {
    const web = [...commands.serve];
    const { id } = await host.deploy(appId, commands.serve, {
      processes: { web, release: command },
      trigger: 'upload',
    });
    return host.ended(id);
  };
  const printed = (word: string) => ['/usr/bin/perl', '-e', `print "${word}\\n"; exit(shift)`];

  it('runs once before the release goes live, with a step of its own, and nothing of it is left', async () => {
    const { appId, host: name } = await host.app();
    const deployment = await deployWith(appId, [...printed('migrated'), '0']);
    expect([deployment.status, deployment.releaseCommandAt !== null]).toEqual(['live', true]);
    expect(await host.visit(name)).toContain('r1');
    const steps = await host.db.step.findMany({ where: { deploymentId: deployment.id } });
    const [command] = steps.filter((step) => step.name === 'command');
    const [start] = steps.filter((step) => step.name === 'start');
    expect(command?.outcome).toBe('done');
    expect(command!.endedAt!.getTime()).toBeLessThanOrEqual(start!.startedAt.getTime());
    const runs = await host.db.instance.findMany({ where: { appId, process: 'release' } });
    expect(runs.map(({ status, exitCode }) => [status, exitCode])).toEqual([['stopped', 0]]);
    await host.settled(appId, 1);
  });

  it('that fails leaves the release before in place, and says why', async () => {
    const { appId, host: name } = await host.app();
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const deployment = await deployWith(appId, [...printed('no such table'), '3']);
    expect(deployment.status).toBe('failed');
    expect(deployment.error).toMatchObject({
      code: 'release_command_failed',
      step: 'command',
      lines: ['no such table'],
    });
    await host.settled(appId, 1);
    expect(await host.visit(name)).toContain('r1');
  });
});

describe('an app that sleeps', () => {
  /** One that only sleeps when it is told to. */
  const drowsy = { sleep: { enabled: true, freezeAfterSeconds: 3_600, stopAfterSeconds: 7_200 } };
  const sleepers = () => host.runtime.context!.sleepers;
  const status = async (id: string) => (await host.db.instance.findUniqueOrThrow({ where: { id } })).status;
  const asleep = async (appId: string, name: string) => {
    await waitFor('it to fall asleep', async () => (await sleepers().sleep(appId)) === null, soon);
    const [row] = await waitFor(
      'it to be frozen',
      async () => {
        const rows = await host.instances(appId);
        return rows.length > 0 && rows.every((one) => one.status === 'frozen') && rows;
      },
      soon,
    );
    expect(host.edge.target(name)).toMatchObject({ state: 'asleep', instances: [] });
    expect((await host.engine.inspect(row!.containerId!))?.state).toBe('paused');
    return row!;
  };

  it('is frozen, goes on at once when somebody comes, and keeps its instance', async () => {
    const { appId, host: name } = await host.app(drowsy);
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const row = await asleep(appId, name);
    const { tier, instances } = await sleepers().wake(appId);
    expect([tier, instances.map((one) => one.instanceId)]).toEqual(['frozen', [row.id]]);
    expect(await get(instances[0]!.address, instances[0]!.port, '/')).toContain('r1');
    await host.settled(appId, 1);
    expect(await status(row.id)).toBe('ready');
    await waitFor('its route', () => host.edge.target(name)?.state === 'serving', soon);
  });

  it('is stopped later, and started for the next visitor', async () => {
    const { appId, host: name } = await host.app(drowsy);
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const row = await asleep(appId, name);
    // Two hours later.
    sleepers().observe(new Map(), Date.now() + 7_200_000);
    await waitFor('it to be history', async () => (await status(row.id)) === 'stopped', soon);
    expect(await host.engine.list({ app: appId })).toEqual([]);
    expect(host.edge.target(name)).toMatchObject({ state: 'asleep' });
    expect(await sleepers().wake(appId)).toEqual({ tier: 'stopped', instances: [] });
    const [fresh] = await host.settled(appId, 1);
    expect(fresh!.id).not.toBe(row.id);
    expect(await host.visit(name)).toContain('r1');
  });

  it('is neither started nor left frozen by a runtime that was killed, in whatever moment', async () => {
    const { appId, host: name } = await host.app(drowsy);
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const row = await asleep(appId, name);
    await host.runtime.stop();
    await host.boot();
    await waitFor('the table', () => host.edge.target(name)?.state === 'asleep', soon);
    expect((await host.engine.inspect(row.containerId!))?.state).toBe('paused');
    // Killed after it was thawed for a visitor and before Postgres knew: it goes back to sleep, nobody is in there.
    await host.engine.thaw(row.containerId!);
    host.runtime.look(appId);
    await waitFor(
      'it to be frozen again',
      async () => (await host.engine.inspect(row.containerId!))?.state === 'paused',
      soon,
    );
    // Killed after Postgres was told that it is awake and before it was thawed: it is thawed.
    await host.runtime.stop();
    await host.db.app.update({
      where: { id: appId },
      data: awake(),
    });
    await host.boot();
    await host.settled(appId, 1);
    expect(await host.visit(name)).toContain('r1');
  });

  it('is not put to sleep under a request in flight, and a deployment wakes it', async () => {
    const { appId, host: name } = await host.app(drowsy);
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const [row] = await host.settled(appId, 1);
    host.edge.inFlight.set(row!.id, 1);
    const awake = await waitFor(
      'it to have settled',
      async () => {
        const because = await sleepers().sleep(appId, 500);
        return because !== 'unsettled' && { because };
      },
      soon,
    );
    expect(awake).toEqual({ because: 'in_use' });
    host.edge.inFlight.delete(row!.id);
    await asleep(appId, name);
    await host.ended((await host.deploy(appId, commands.serve)).id);
    await host.settled(appId, 1);
    expect(host.edge.target(name)).toMatchObject({ state: 'serving', releaseNumber: 2 });
  });
});

describe('a deployment', () => {
  it('goes live, routed, with each step of docker run in its timeline', async () => {
    const { appId, host: name } = await host.app();
    const { id } = await host.deploy(appId, commands.serve, { config: { GREETING: 'hello' } });
    expect((await host.ended(id)).status).toBe('live');
    expect(await host.visit(name)).toBe('r1 hello');
    const steps = await host.db.step.findMany({ where: { deploymentId: id }, orderBy: { position: 'asc' } });
    expect(steps.map((step) => step.name)).toEqual([
      'receive',
      'image',
      'create',
      'layer',
      'network',
      'start',
      'ready',
      'route',
    ]);
    for (const step of steps) {
      expect(step.outcome).toBe('done');
      expect(step.endedAt!.getTime()).toBeGreaterThanOrEqual(step.startedAt.getTime());
    }
    expect(steps.find((step) => step.name === 'network')?.detail).toMatchObject({
      address: expect.stringMatching(/^10\.2(48|49|50|51)\./),
      mac: expect.stringMatching(/^02:42:/),
      interface: 'eth0',
    });
    expect(host.edge.target(name)).toMatchObject({ state: 'serving', releaseNumber: 1 });
    expect(host.edge.target(name.replace('.', '--r1.'))).toMatchObject({ state: 'serving' });
  });

  it('replaces the release before it, which rests frozen and keeps its address until it is gone', async () => {
    const { appId, host: name } = await host.app();
    const first = await host.deploy(appId, commands.serve, { config: { GREETING: 'one' } });
    await host.ended(first.id);
    const [before] = await host.settled(appId, 1);
    const second = await host.deploy(appId, commands.serve, { config: { GREETING: 'two' } });
    expect((await host.ended(second.id)).status).toBe('live');
    expect(await host.visit(name)).toBe('r2 two');
    await host.resting(before!.id);
    const [after] = await host.settled(appId, 1);
    expect(after!.address).not.toBe(before!.address);
    const lease = () => host.db.addressLease.findFirstOrThrow({ where: { instanceId: before!.id } });
    expect((await lease()).releasedAt).toBeNull();
    const drain = await waitFor(
      'the drain step',
      () => host.db.step.findFirst({ where: { deploymentId: second.id, name: 'drain' } }),
      soon,
    );
    expect(drain.outcome).toBe('done');
    await host.ended((await host.deploy(appId, commands.serve)).id);
    await waitFor('the address to be free', async () => (await lease()).releasedAt !== null, soon);
    expect(await host.engine.inspect(before!.containerId!)).toBeNull();
  });

  it('rolls back to the release before by taking its instance back, at once', async () => {
    const { appId, host: name } = await host.app();
    const first = await host.deploy(appId, commands.serve, { config: { GREETING: 'one' } });
    await host.ended(first.id);
    const [before] = await host.settled(appId, 1);
    await host.ended((await host.deploy(appId, commands.serve, { config: { GREETING: 'two' } })).id);
    await host.resting(before!.id);
    const back = await host.deploy(appId, commands.serve, { releaseId: first.releaseId });
    expect((await host.ended(back.id)).status).toBe('live');
    expect(await host.visit(name)).toBe('r1 one');
    const [again] = await host.settled(appId, 1);
    expect(again!).toMatchObject({ id: before!.id, containerId: before!.containerId, deploymentId: back.id });
  });

  it('rolls back to a release of which nothing is left', async () => {
    const { appId, host: name } = await host.app();
    const first = await host.deploy(appId, commands.serve, { config: { GREETING: 'one' } });
    await host.ended(first.id);
    for (const GREETING of ['two', 'three']) {
      await host.ended((await host.deploy(appId, commands.serve, { config: { GREETING } })).id);
    }
    const back = await host.deploy(appId, commands.serve, { releaseId: first.releaseId });
    expect((await host.ended(back.id)).status).toBe('live');
    expect(await host.visit(name)).toBe('r1 one');
    await host.settled(appId, 1);
  });

  it('fails with its reason when there is no network left for its team, instead of waiting for ever', async () => {
    const { id: hostId } = await host.db.host.findFirstOrThrow();
    // A full look gives networks of teams without apps back to the pool: so each filler has an app.
    await waitFor(
      'idle networks to go',
      async () => (await idleNetworks(host.db, hostId)).length === 0,
      soon,
    );
    const used = new Set((await host.db.network.findMany({ where: { hostId } })).map((row) => row.slot));
    const slots = Array.from({ length: 256 }, (_, slot) => slot).filter((slot) => !used.has(slot));
    const teams = slots.map((slot) => ({ slug: `filler-${slot}`, name: 'filler' }));
    const made = await host.db.team.createManyAndReturn({ data: teams });
    await host.db.app.createMany({ data: made.map(({ id, slug }) => ({ teamId: id, name: slug })) });
    const rows = slots.map((slot, index) => ({
      ...{ teamId: made[index]!.id, hostId, slot, name: `filler-${slot}`, bridge: `filler${slot}` },
      subnet: `10.248.0.0/22`,
    }));
    await host.db.network.createMany({ data: rows });
    try {
      const { appId } = await host.app();
      const ended = await host.ended((await host.deploy(appId, commands.serve)).id);
      expect(ended.status).toBe('failed');
      expect(ended.error).toMatchObject({ code: 'subnet_pool_exhausted', step: 'network' });
    } finally {
      await host.db.network.deleteMany({ where: { name: { startsWith: 'filler-' } } });
      await host.db.app.deleteMany({ where: { team: { name: 'filler' } } });
      await host.db.team.deleteMany({ where: { name: 'filler' } });
    }
  });

  it('supersedes one that is still starting, and takes its container away', async () => {
    const { appId, host: name } = await host.app();
    const stuck = await host.deploy(appId, commands.silent);
    await waitFor('its container', async () => (await host.engine.list({ app: appId })).length === 1, soon);
    const newer = await host.deploy(appId, commands.serve, { config: { GREETING: 'new' } });
    expect((await host.ended(newer.id)).status).toBe('live');
    expect((await host.ended(stuck.id)).status).toBe('superseded');
    expect(await host.visit(name)).toBe('r2 new');
    await host.settled(appId, 1);
  });
});

describe('a release that does not start', () => {
  const cases: {
    code: string;
    command: readonly string[];
    config?: Record<string, string>;
    says: RegExp;
    line: string | null;
  }[] = [
    { code: 'exited', command: commands.exit7, says: /exit code 7/, line: 'no database' },
    { code: 'out_of_memory', command: commands.hog, says: /64 MiB/, line: null },
    { code: 'no_start_command', command: commands.missing, says: /not found/, line: null },
    { code: 'start_timeout', command: commands.silent, says: /8080 within 2 s/, line: null },
    {
      code: 'wrong_port',
      command: commands.serve,
      config: { LISTEN_PORT: '3000' },
      says: /port 3000/,
      line: null,
    },
    {
      code: 'loopback_only',
      command: commands.serve,
      config: { LISTEN_ON: '127.0.0.1' },
      says: /127\.0\.0\.1:8080/,
      line: null,
    },
  ];

  it.each(cases)('fails as $code, and the old one goes on', async ({ code, command, config, says, line }) => {
    const { appId, host: name } = await host.app({ startTimeoutSeconds: 2 });
    await host.ended((await host.deploy(appId, commands.serve, { config: { GREETING: 'old' } })).id);
    const { id } = await host.deploy(appId, command, { config });
    const ended = await host.ended(id);
    expect(ended.status).toBe('failed');
    const error = ended.error as DeploymentError;
    expect(error.code).toBe(code);
    expect(error.message).toMatch(says);
    expect(error.hint).not.toBe('');
    if (line !== null) expect(error.lines).toContain(line);
    const [kept] = await host.settled(appId, 1);
    expect(kept!.deploymentId).not.toBe(id);
    expect(await host.visit(name)).toBe('r1 old');
  });
});

describe('what runs', () => {
  it('is started again after a crash, with the reason, while the others go on', async () => {
    const { appId, host: name } = await host.app({ scale: { web: 2 } });
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const [one, two] = await host.settled(appId, 2);
    await host.visit(name, '/crash').catch(() => undefined);
    const crashed = await waitFor(
      'the crash to be seen',
      async () => (await host.instances(appId)).find((row) => row.restarts === 1),
      soon,
    );
    expect(crashed.reason).toMatch(/exit code 3/);
    expect(host.edge.target(name)?.state).toBe('serving');
    const rows = await host.settled(appId, 2);
    expect(rows.map((row) => row.id).sort()).toEqual([one!.id, two!.id].sort());
  });

  it('is replaced when somebody wants one instance restarted, and serves until then', async () => {
    const { appId, host: name } = await host.app({ scale: { web: 2 } });
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const [old, other] = await host.settled(appId, 2);
    await host.db.instance.update({ where: { id: old!.id }, data: { restartAskedAt: new Date() } });
    host.runtime.look(appId);
    await waitFor(
      'the other one to be gone',
      async () => (await host.db.instance.findUniqueOrThrow({ where: { id: old!.id } })).status === 'stopped',
      soon,
    );
    expect(await host.visit(name)).toContain('r1');
    const now = await host.settled(appId, 2);
    expect(now.map(({ id }) => id)).toContain(other!.id);
    expect(now.map(({ id }) => id)).not.toContain(old!.id);
    const fresh = now.find(({ id }) => id !== other!.id);
    expect(fresh!.readyAt!.getTime()).toBeLessThanOrEqual(
      (await host.db.instance.findUniqueOrThrow({ where: { id: old!.id } })).stoppedAt!.getTime(),
    );
  });

  it('is called failing when it crashes again and again', async () => {
    const { appId, host: name } = await host.app();
    await host.ended((await host.deploy(appId, commands.serve)).id);
    await waitFor(
      'it to be called failing',
      async () => {
        const [one] = await host.instances(appId);
        if (one?.status === 'ready') await host.visit(name, '/crash').catch(() => undefined);
        return host.edge.target(name)?.state === 'failing';
      },
      soon,
    );
    expect(host.edge.target(name)?.message).toMatch(/[3-9] times in a row.*exit code 3/);
  });

  it('is started again later after each crash in a row, a worker too, and what else runs goes on', async () => {
    const { appId, host: name } = await host.app();
    const processes = { web: [...commands.serve], worker: [...commands.exit7] };
    await host.ended((await host.deploy(appId, [], { processes })).id);
    const [web] = await host.settled(appId, 1);
    await host.db.app.update({ where: { id: appId }, data: { scale: { web: 1, worker: 1 } } });
    host.runtime.look(appId);
    const crashes = new Map<number, { stopped: number; next: number }>();
    await waitFor(
      'three crashes of the worker',
      async () => {
        const worker = (await host.instances(appId)).find(({ process }) => process === 'worker');
        if (worker?.status === 'crashed')
          crashes.set(worker.restarts, {
            stopped: worker.stoppedAt!.getTime(),
            next: worker.nextStartAt!.getTime(),
          });
        return crashes.size === 3;
      },
      soon,
    );
    const told = [...crashes].map(([restarts, { stopped, next }]) => [restarts, next - stopped]);
    expect(told).toEqual([1, 2, 3].map((restarts) => [restarts, restartDelayMs(restarts - 1)]));
    // It was not started before its time.
    for (const restarts of [1, 2])
      expect(crashes.get(restarts + 1)!.stopped).toBeGreaterThan(crashes.get(restarts)!.next);
    expect((await host.instances(appId)).find(({ process }) => process === 'web')).toMatchObject({
      ...{ id: web!.id, status: 'ready', restarts: 0 },
    });
    expect(await host.visit(name)).toContain('r1');
  });

  it('scales by process type, and down again', async () => {
    const { appId, host: name } = await host.app({ scale: { web: 1, worker: 1 } });
    await host.ended(
      (await host.deploy(appId, [], { processes: { web: [...commands.serve], worker: [...commands.work] } }))
        .id,
    );
    const rows = await host.settled(appId, 2);
    expect(rows.map((row) => row.process).sort()).toEqual(['web', 'worker']);
    expect(host.edge.target(name)?.instances).toHaveLength(1);
    await host.db.app.update({ where: { id: appId }, data: { scale: { web: 2, worker: 0 } } });
    host.runtime.look(appId);
    const web = async () => (await host.instances(appId)).map((row) => row.process).join() === 'web,web';
    await waitFor('two of web, no worker', web, soon);
    await host.settled(appId, 2);
    await waitFor('both routed', () => host.edge.target(name)?.instances.length === 2, soon);
  });

  it('is made again when somebody removes the container', async () => {
    const { appId } = await host.app();
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const [row] = await host.settled(appId, 1);
    await host.engine.remove(row!.containerId!);
    await waitFor(
      'another container',
      async () => {
        const [now] = await host.instances(appId);
        return now?.status === 'ready' && now.containerId !== row!.containerId;
      },
      soon,
    );
  });

  it('goes when its app is deleted', async () => {
    const { appId, host: name } = await host.app();
    await host.ended((await host.deploy(appId, commands.serve)).id);
    await host.db.app.update({ where: { id: appId }, data: { deletedAt: new Date() } });
    host.runtime.look(appId);
    await host.settled(appId, 0);
    expect(host.edge.target(name)).toBeUndefined();
  });

  it('is what rows account for: strangers with our label go after two looks', async () => {
    const { appId } = await host.app();
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const [row] = await host.settled(appId, 1);
    const view = await host.engine.inspect(row!.containerId!);
    const { id } = await host.engine.create({
      name: `berth-${host.berthId}-stranger`,
      image: view!.image,
      command: ['sleep', '600'],
      env: {},
      labels: { ...view!.labels, 'berth.instance': 'nobody', 'berth.app': 'none' },
      network: view!.labels[label.network]!,
      address: '10.248.3.250',
      limits: { memoryMb: 32, cpus: 0.1, pids: 16 },
      graceSeconds: 1,
    });
    await waitFor('the stranger to be gone', async () => (await host.engine.inspect(id)) === null, soon);
    expect(await host.engine.inspect(row!.containerId!)).not.toBeNull();
  });
});

describe('a team', () => {
  it('reaches its own apps and the activator at its gateway, and neither another team nor the host nor a metadata address', async () => {
    const ours = await host.app();
    const mate = await host.app();
    await host.db.app.update({ where: { id: mate.appId }, data: { teamId: ours.teamId } });
    const theirs = await host.app();
    for (const { appId } of [ours, mate, theirs])
      await host.ended((await host.deploy(appId, commands.serve)).id);
    const dial = (to: string, port = 8080) => host.visit(ours.host, `/dial/${to}/${port}`);
    const addressOf = async (appId: string) => (await host.instances(appId))[0]!.address!;
    const gatewayOfTeam = async (teamId: string) => {
      const network = await host.db.network.findFirstOrThrow({ where: { teamId } });
      return gatewayOf(parseBlock(network.subnet));
    };
    const gateway = await gatewayOfTeam(ours.teamId);
    expect(host.edge.tables.at(-1)?.gates).toContainEqual({
      gateway,
      subnet: expect.any(String),
      apps: { [ours.name]: ours.host, [mate.name]: mate.host },
    });
    expect(await dial(await addressOf(mate.appId))).toBe('connected');
    expect(await dial(await addressOf(theirs.appId))).toBe('refused');
    expect(await dial('169.254.169.254', 80)).toBe('refused');

    // Where the activator listens; any port leads to it but its own.
    const server = createServer().listen(host.gatePorts.http, '0.0.0.0');
    await once(server, 'listening');
    try {
      expect(await dial(gateway, 80)).toBe('connected');
      expect(await dial(gateway, 8080)).toBe('connected');
      expect(await dial(gateway, host.gatePorts.http)).toBe('refused');
      expect(await dial(await gatewayOfTeam(theirs.teamId), 80)).toBe('refused');
    } finally {
      server.close();
    }
  });
});

describe('a team that begins more connections than anybody needs', () => {
  it('does not fill the kernel’s one table of them', async () => {
    const { appId } = await host.app();
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const [row] = await host.settled(appId, 1);
    // An address that nobody has (RFC 5737), at every port of which something new begins.
    const flood =
      'use Socket; socket(my $s, PF_INET, SOCK_DGRAM, 0); send($s, "x", 0, sockaddr_in($_, inet_aton("198.51.100.1"))) for 1 .. 60000';
    const command = ['perl', '-e', flood];
    const spec = { id: randomUUID(), command, env: {}, terminal: null };
    const process = await host.engine.exec(row!.containerId!, spec);
    await waitFor('the flood', async () => !(await process.state()).running, soon);
    process.close();
    const known = (await readFile('/proc/net/nf_conntrack', 'latin1')).split('\n');
    const begun = known.filter((line) => line.includes(`src=${row!.address} dst=198.51.100.1 `));
    expect(begun.length).toBeGreaterThan(0);
    expect(begun.length).toBeLessThan(60_000);
  });
});

describe('a runtime that dies', () => {
  it('leaves a deployment that the next one brings to its end', async () => {
    const { appId, host: name } = await host.app();
    const { id } = await host.deploy(appId, commands.serve, { config: { GREETING: 'kept' } });
    await waitFor('a container', async () => (await host.engine.list({ app: appId })).length === 1, soon);
    await host.runtime.stop();
    await host.boot();
    expect((await host.ended(id)).status).toBe('live');
    expect(await host.visit(name)).toBe('r1 kept');
    await host.settled(appId, 1);
  });

  it('can neither write nor route once another has taken over', async () => {
    const { appId } = await host.app();
    const before = host.runtime;
    const lost = host.lost.length;
    await host.boot();
    before.look(appId);
    before.lookAtAll();
    await waitFor('the old one to stop', () => host.lost.length > lost, soon);
    const { id } = await host.deploy(appId, commands.serve);
    expect((await host.ended(id)).status).toBe('live');
  });
});

describe('an edge that cannot be told', () => {
  it('keeps the old instance until it has taken the new table', async () => {
    const { appId, host: name } = await host.app();
    await host.ended((await host.deploy(appId, commands.serve, { config: { GREETING: 'old' } })).id);
    const [old] = await host.settled(appId, 1);
    host.edge.down = true;
    const { id } = await host.deploy(appId, commands.serve, { config: { GREETING: 'new' } });
    await waitFor(
      'the new release to be live in Postgres',
      async () => (await host.db.deployment.findUniqueOrThrow({ where: { id } })).status === 'routing',
      soon,
    );
    // Visitors still come here, so it must answer.
    expect(await host.visit(name)).toBe('r1 old');
    expect(await host.engine.inspect(old!.containerId!)).toMatchObject({ state: 'running' });
    host.edge.down = false;
    expect((await host.ended(id)).status).toBe('live');
    expect(await host.visit(name)).toBe('r2 new');
    await host.settled(appId, 1);
  });

  it('is waited for while it has requests in flight', async () => {
    const { appId } = await host.app();
    await host.ended((await host.deploy(appId, commands.serve)).id);
    const [old] = await host.settled(appId, 1);
    host.edge.inFlight.set(old!.id, 1);
    await host.ended((await host.deploy(appId, commands.serve)).id);
    await waitFor(
      'the old one to drain',
      async () =>
        (await host.db.instance.findUniqueOrThrow({ where: { id: old!.id } })).status === 'draining',
      soon,
    );
    expect(await host.engine.inspect(old!.containerId!)).toMatchObject({ state: 'running' });
    host.edge.inFlight.clear();
    await host.resting(old!.id);
  });
});

describe('logs', () => {
  it('of instances are kept line by line, and go on after a restart of the runtime without doubles', async () => {
    const { appId, host: name } = await host.app();
    await host.ended((await host.deploy(appId, commands.serve)).id);
    await host.visit(name, '/say/first');
    const said = async () => (await host.runtime.logs.read(appId, 100)).map((line) => line.text);
    await waitFor('the first line', async () => (await said()).includes('said first'), soon);
    await host.runtime.stop();
    await host.visit(name, '/say/meanwhile');
    await host.boot();
    await host.visit(name, '/say/last');
    await waitFor('the last line', async () => (await said()).includes('said last'), soon);
    expect(await said()).toEqual(['listening', 'said first', 'said meanwhile', 'said last']);
  });
});
