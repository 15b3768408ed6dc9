import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import {
  label,
  type Attachment,
  type ContainerEngine,
  type ContainerSpec,
  type EngineEvent,
  type ExecProcess,
  type ExecSpec,
  type LogLine,
  type NetworkSpec,
} from './port.js';

/** What the contract needs of an adapter under test. */
export interface EngineHarness {
  engine: ContainerEngine;
  berthId: string;
  /** An image that is present, one that is nowhere. */
  image: string;
  missingImage: string;
  network: NetworkSpec;
  addresses: [string, string];
  /** Commands of `image` that behave as named. */
  commands: {
    /** Prints `out one` (stdout), `err two` (stderr), `out three` (stdout), then runs on. */
    speak: string[];
    exit3: string[];
    /** Listens on 0.0.0.0:8080 and runs on. */
    listen: string[];
    ignoreTerm: string[];
    missing: string[];
    /** Prints what it reads until its end, then ends with 0. */
    echo: string[];
    /** Prints `terminal` or `streams`, then ends. */
    whichStdin: string[];
    /** Prints `ready`, then `rows columns` at each change of its terminal's size, and runs on. */
    tellSize: string[];
    /** Adds a line to a file in the volume at /kept, prints how many there are, runs on. */
    count: string[];
    /** Does not listen to hang-ups, prints `up` once it has started another process in a session of its own, runs on. */
    clingOn: string[];
  };
  close(): Promise<void>;
}

const patience = { timeoutMs: 15_000 };

/** The guarantees of the port; each adapter's test calls this once. */
export function describeEngineContract(name: string, open: () => Promise<EngineHarness>): void {
  describe(`${name}: container engine contract`, () => {
    let harness: EngineHarness;
    let engine: ContainerEngine;

    beforeEach(async () => {
      harness = await open();
      engine = harness.engine;
      await engine.ensureNetwork(harness.network);
    });

    afterEach(async () => {
      for (const view of await engine.list()) await engine.remove(view.id);
      await engine.removeNetwork(harness.network.name);
      await harness.close();
    });

    const spec = (command: string[], change: Partial<ContainerSpec> = {}): ContainerSpec => ({
      name: `berth-${harness.berthId}-one`,
      image: harness.image,
      command,
      env: { PORT: '8080' },
      labels: { [label.id]: harness.berthId, [label.app]: 'app-1' },
      network: harness.network.name,
      address: harness.addresses[0],
      limits: { memoryMb: 64, cpus: 1, pids: 64 },
      graceSeconds: 1,
      ...change,
    });

    const run = async (command: string[], change: Partial<ContainerSpec> = {}): Promise<string> => {
      const { id } = await engine.create(spec(command, change));
      await engine.start(id);
      return id;
    };

    const ended = (id: string) =>
      waitFor(
        'the container to end',
        async () => {
          const view = await engine.inspect(id);
          return view?.state === 'exited' ? view : null;
        },
        patience,
      );

    it('describes the host', async () => {
      const info = await engine.info();
      expect(info).toMatchObject({ cpus: expect.any(Number), version: expect.any(String) });
      expect(info.freezer).toBeOneOf(['cgroup v1', 'cgroup v2', 'engine']);
    });

    it('says that an image is there, and that another is not', async () => {
      expect(await engine.ensureImage(harness.image)).toMatchObject({ present: 'already' });
      await expect(engine.ensureImage(harness.missingImage)).rejects.toMatchObject({ code: 'image_missing' });
    });

    it('tells an image’s layers, and null for one that is not there', async () => {
      expect(await engine.imageLayers(harness.image)).toEqual(expect.arrayContaining([expect.any(String)]));
      expect(await engine.imageLayers(harness.missingImage)).toBeNull();
    });

    it('renames a container while it runs, and refuses a name that is taken', async () => {
      const id = await run(harness.commands.listen);
      await engine.rename(id, `berth-${harness.berthId}-other`);
      await engine.rename(id, `berth-${harness.berthId}-other`);
      expect(
        await engine.create(spec(harness.commands.listen, { name: `berth-${harness.berthId}-other` })),
      ).toMatchObject({
        id,
        created: 'already',
      });
      await engine.create(spec(harness.commands.listen, { address: harness.addresses[1] }));
      await expect(engine.rename(id, `berth-${harness.berthId}-one`)).rejects.toMatchObject({
        code: 'conflict',
      });
      await engine.remove(id);
      await expect(engine.rename(id, 'any')).rejects.toMatchObject({ code: 'gone' });
    });

    it('makes a network once', async () => {
      await engine.ensureNetwork(harness.network);
      const networks = await engine.listNetworks();
      expect(networks).toMatchObject([
        { name: harness.network.name, subnet: harness.network.subnet, bridge: harness.network.bridge },
      ]);
    });

    it('refuses a network whose name exists with another subnet', async () => {
      await expect(
        engine.ensureNetwork({ ...harness.network, subnet: '10.99.0.0/24', gateway: '10.99.0.1' }),
      ).rejects.toMatchObject({
        code: 'conflict',
      });
    });

    it('creates a container once, whoever asks again', async () => {
      const first = await engine.create(spec(harness.commands.listen));
      const second = await engine.create(spec(harness.commands.listen));
      expect(first.created).toBe('now');
      expect(second).toMatchObject({ created: 'already', id: first.id });
      expect(await engine.inspect(first.id)).toMatchObject({ state: 'created', pid: null, exitCode: null });
    });

    it('refuses to create from an image that is not there', async () => {
      await expect(engine.create(spec([], { image: harness.missingImage }))).rejects.toMatchObject({
        code: 'image_missing',
      });
    });

    it('starts at the address that was asked for, and starting again changes nothing', async () => {
      const { id } = await engine.create(spec(harness.commands.listen));
      const before = Date.now();
      const started = await engine.start(id);
      expect(started.started).toBe('now');
      expect(started.pid).toBeGreaterThan(0);
      expect(started.startedAt.getTime()).toBeGreaterThanOrEqual(before - 1000);
      if (started.attachedAt !== null)
        expect(started.attachedAt.getTime()).toBeLessThanOrEqual(started.startedAt.getTime());
      expect((await engine.start(id)).started).toBe('already');
      expect(await engine.inspect(id)).toMatchObject({ state: 'running' });
    });

    it('tells a start command that does not exist from other ends', async () => {
      const { id } = await engine.create(spec(harness.commands.missing));
      const refused = await engine.start(id).then(
        () => null,
        (error: unknown) => error,
      );
      if (refused !== null) expect(refused).toMatchObject({ code: 'no_such_command' });
      else expect(await ended(id)).toMatchObject({ exitCode: 127 });
    });

    it('refuses an address that another container has', async () => {
      await run(harness.commands.listen);
      const { id } = await engine.create(
        spec(harness.commands.listen, { name: `berth-${harness.berthId}-two` }),
      );
      await expect(engine.start(id)).rejects.toMatchObject({ code: 'address_in_use' });
    });

    it('gives the address of a container that ended to another', async () => {
      await ended(await run(harness.commands.exit3));
      const { id } = await engine.create(
        spec(harness.commands.listen, { name: `berth-${harness.berthId}-two` }),
      );
      expect((await engine.start(id)).started).toBe('now');
    });

    it('puts a container that runs without a network into one, once, and not at an address that is in use', async () => {
      if (!(await engine.canJoin())) return;
      await run(harness.commands.listen);
      const { network: _, address: __, ...unplaced } = spec(harness.commands.listen);
      const { id } = await engine.create({ ...unplaced, name: `${unplaced.name}-late` });
      const place = { network: harness.network.name, address: harness.addresses[1] };
      await expect(engine.join(id, place)).rejects.toMatchObject({ code: 'conflict' });
      await engine.start(id);
      await engine.join(id, place);
      await expect(engine.join(id, place)).rejects.toMatchObject({ code: 'conflict' });
      const { id: third } = await engine.create({ ...unplaced, name: `${unplaced.name}-third` });
      await engine.start(third);
      const taken = { ...place, address: harness.addresses[0] };
      await expect(engine.join(third, taken)).rejects.toMatchObject({ code: 'address_in_use' });
      await engine.remove(id);
      await expect(engine.join(id, place)).rejects.toMatchObject({ code: 'gone' });
    });

    it('says gone when it is to start what is gone', async () => {
      const { id } = await engine.create(spec(harness.commands.listen));
      await engine.remove(id);
      await expect(engine.start(id)).rejects.toMatchObject({ code: 'gone' });
    });

    it('tells the exit code of what ended', async () => {
      const id = await run(harness.commands.exit3);
      expect(await ended(id)).toMatchObject({ exitCode: 3, oomKilled: false, pid: null });
    });

    it('stops what ignores SIGTERM after the grace period, and stopping again is no error', async () => {
      const id = await run(harness.commands.ignoreTerm);
      await engine.stop(id, 1);
      expect(await ended(id)).toMatchObject({ state: 'exited', exitCode: 137 });
      await engine.stop(id, 1);
    });

    it('freezes a container and lets it go on, as often as asked', async () => {
      const id = await run(harness.commands.listen);
      expect([await engine.freeze(id), await engine.freeze(id)]).toEqual([true, true]);
      expect(await engine.inspect(id)).toMatchObject({ state: 'paused', exitCode: null });
      // By the kernel's freezer another process can thaw it as well.
      expect(engine.thawing(id) !== null).toBe((await engine.info()).freezer !== 'engine');
      const before = Date.now();
      const thawed = await engine.start(id);
      expect(thawed.started).toBe('thawed');
      expect(thawed.startedAt.getTime()).toBeGreaterThanOrEqual(before);
      expect(await engine.inspect(id)).toMatchObject({ state: 'running' });
      expect((await engine.start(id)).started).toBe('already');
    });

    it('thaws a frozen container, whoever asks again, and nothing that does not run', async () => {
      const id = await run(harness.commands.listen);
      expect(await engine.thaw(id)).toBe('already');
      await engine.freeze(id);
      expect(await engine.thaw(id)).toBeOneOf(['freezer', 'engine']);
      expect(await engine.inspect(id)).toMatchObject({ state: 'running' });
      expect(await engine.thaw(id)).toBe('already');
      await engine.stop(id, 1);
      expect(await engine.thaw(id)).toBe(false);
      await engine.remove(id);
      expect([await engine.thaw(id), await engine.freeze(id)]).toEqual([false, false]);
    });

    it('lets a thaw win that comes during a freeze, and then freezes anew', async () => {
      const id = await run(harness.commands.listen);
      const freezing = engine.freeze(id);
      expect(await engine.thaw(id)).not.toBe(false);
      await freezing;
      expect(await engine.inspect(id)).toMatchObject({ state: 'running' });
      expect(await engine.freeze(id)).toBe(true);
      expect(await engine.inspect(id)).toMatchObject({ state: 'paused' });
    });

    it('lists a frozen container as paused, samples it and shows its sockets', async () => {
      const id = await run(harness.commands.listen);
      await engine.freeze(id);
      expect(await engine.list()).toMatchObject([{ id, state: 'paused', exitCode: null }]);
      expect((await engine.stats(id))?.memoryBytes).toBeGreaterThan(0);
      expect(await engine.sockets(id)).not.toBeNull();
      await engine.thaw(id);
      expect(await engine.list()).toMatchObject([{ id, state: 'running' }]);
    });

    it('stops and removes a frozen container', async () => {
      const id = await run(harness.commands.listen);
      await engine.freeze(id);
      await engine.stop(id, 1);
      expect((await ended(id)).state).toBe('exited');
      expect(await engine.freeze(id)).toBe(false);
      await engine.start(id);
      await engine.freeze(id);
      await engine.remove(id);
      expect(await engine.inspect(id)).toBeNull();
    });

    it('removes a running container, and removing or stopping what is gone is no error', async () => {
      const id = await run(harness.commands.listen);
      await engine.remove(id);
      expect(await engine.inspect(id)).toBeNull();
      await engine.remove(id);
      await engine.stop(id, 1);
    });

    it('keeps a volume when its container goes, writable for whoever runs in it, and removes it when nobody has it', async () => {
      const volume = `berth-${harness.berthId}-volume`;
      const start = () =>
        run(harness.commands.count, {
          user: '1000:1000',
          volumes: [{ name: volume, path: '/kept', labels: { [label.id]: harness.berthId } }],
        });
      const counted = (id: string) =>
        waitFor(
          'a count',
          async () => (await collect(engine.logs(id, { follow: false })))[0]?.text,
          patience,
        );
      const first = await start();
      expect(await counted(first)).toBe('1');
      expect(await engine.volumeBytes(volume)).toBeGreaterThan(0);
      await engine.remove(first);
      const second = await start();
      expect(await counted(second)).toBe('2');
      await expect(engine.removeVolume(volume)).rejects.toMatchObject({ code: 'conflict' });
      await engine.remove(second);
      await engine.removeVolume(volume);
      await engine.removeVolume(volume);
      expect(await engine.volumeBytes(volume)).toBeNull();
      const third = await start();
      expect(await counted(third)).toBe('1');
      await engine.remove(third);
      await engine.removeVolume(volume);
    });

    it('lists what carries the label, running or not, and by app', async () => {
      const running = await run(harness.commands.listen);
      const second = { name: `berth-${harness.berthId}-two`, address: harness.addresses[1] };
      const exited = await run(harness.commands.exit3, {
        ...second,
        labels: { [label.id]: harness.berthId, [label.app]: 'app-2' },
      });
      await ended(exited);
      const all = await engine.list();
      expect(new Map(all.map((view) => [view.id, view.state]))).toEqual(
        new Map([
          [running, 'running'],
          [exited, 'exited'],
        ]),
      );
      expect(await engine.list({ app: 'app-2' })).toMatchObject([{ id: exited, exitCode: 3 }]);
    });

    it('gives log lines whole, with stream and time, and the last of them on request', async () => {
      const id = await run(harness.commands.speak);
      const lines = await waitFor(
        'three lines',
        async () => {
          const got = await collect(engine.logs(id, { follow: false }));
          return got.length === 3 && got;
        },
        patience,
      );
      const said = (stream: LogLine['stream']) =>
        lines.filter((line) => line.stream === stream).map((line) => line.text);
      expect(said('stdout')).toEqual(['out one', 'out three']);
      expect(said('stderr')).toEqual(['err two']);
      for (const line of lines) expect(line.at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+Z$/);
      expect(await collect(engine.logs(id, { follow: false, tail: 1 }))).toEqual(lines.slice(-1));
      expect(await collect(engine.logs(id, { follow: false, since: lines[1]!.at }))).toEqual(lines.slice(2));
    });

    it('follows a log until the container ends', async () => {
      const id = await run(harness.commands.speak);
      const following = collect(engine.logs(id, { follow: true }));
      await waitFor(
        'the lines',
        async () => (await collect(engine.logs(id, { follow: false }))).length === 3,
        patience,
      );
      await engine.stop(id, 1);
      expect((await following).map((line) => line.text)).toContain('out three');
    });

    it('stops following a log when told to', async () => {
      const id = await run(harness.commands.speak);
      const abort = new AbortController();
      const lines: LogLine[] = [];
      for await (const line of engine.logs(id, { follow: true, signal: abort.signal })) {
        lines.push(line);
        if (lines.length === 3) abort.abort();
      }
      expect(lines).toHaveLength(3);
    });

    it('samples a running container and says null of one that does not run', async () => {
      const id = await run(harness.commands.listen);
      const sample = await engine.stats(id);
      expect(sample?.memoryBytes).toBeGreaterThan(0);
      expect(sample?.memoryLimitBytes).toBe(64 * 1024 * 1024);
      expect(sample?.pids).toBeGreaterThan(0);
      await engine.stop(id, 1);
      expect(await engine.stats(id)).toBeNull();
    });

    it('limits the processors of what runs, and says of what does not that it could not', async () => {
      const id = await run(harness.commands.listen);
      expect(await engine.limitCpus(id, null)).toBe(true);
      expect(await engine.limitCpus(id, 0.5)).toBe(true);
      await engine.stop(id, 1);
      expect(await engine.limitCpus(id, null)).toBe(false);
      expect(await engine.limitCpus('0'.repeat(64), null)).toBe(false);
    });

    it('shows what a container listens on', async () => {
      const id = await run(harness.commands.listen);
      const sockets = await waitFor(
        'the listening socket',
        async () => {
          const got = await engine.sockets(id);
          return got?.listening.some((socket) => socket.port === 8080) && got;
        },
        patience,
      );
      expect(sockets.listening).toContainEqual({ address: '0.0.0.0', port: 8080 });
    });

    it('tells the life of a container by events, in order', async () => {
      const abort = new AbortController();
      const seen: EngineEvent[] = [];
      let opened = false;
      const following = (async () => {
        for await (const event of engine.events(abort.signal, () => (opened = true))) seen.push(event);
      })();
      await waitFor('the event stream', () => opened, patience);
      const id = await run(harness.commands.exit3);
      await ended(id);
      await engine.remove(id);
      await waitFor('the last event', () => seen.some((event) => event.kind === 'destroy'), patience);
      abort.abort();
      await following;
      expect(seen.map((event) => event.kind)).toEqual(['create', 'start', 'die', 'destroy']);
      expect(seen.every((event) => event.containerId === id && event.labels[label.app] === 'app-1')).toBe(
        true,
      );
    });

    const execIn = (id: string, command: string[], change: Partial<ExecSpec> = {}): Promise<ExecProcess> =>
      engine.exec(id, { id: randomUUID(), command, env: {}, terminal: null, ...change });

    const exitOf = (running: ExecProcess) =>
      waitFor(
        'the command to end',
        async () => {
          const state = await running.state();
          return !state.running && { code: state.exitCode };
        },
        patience,
      ).then(({ code }) => code);

    it('runs a command beside the container’s own, its streams apart, and tells its exit code', async () => {
      const id = await run(harness.commands.listen);
      const speaking = await execIn(id, harness.commands.speak);
      const said = { stdout: '', stderr: '' };
      for await (const { stream, data } of speaking.output) {
        said[stream] += data.toString();
        if (said.stdout.includes('out three')) break;
      }
      expect(said).toEqual({ stdout: 'out one\nout three\n', stderr: 'err two\n' });
      expect(await speaking.state()).toEqual({ running: true, exitCode: null });
      await speaking.kill();
      expect(await exitOf(await execIn(id, harness.commands.exit3))).toBe(3);
      expect(await exitOf(await execIn(id, harness.commands.missing))).toBeOneOf([126, 127]);
      expect(await engine.inspect(id)).toMatchObject({ state: 'running' });
    });

    it('gives a command what is written to it, whole and in order, and its end', async () => {
      const id = await run(harness.commands.listen);
      const echo = await execIn(id, harness.commands.echo);
      const sent = Buffer.alloc(300_000, 'abcdefg\n');
      const reading = textOf(echo);
      for (let from = 0; from < sent.length; from += 10_000)
        await echo.write(sent.subarray(from, from + 10_000));
      echo.end();
      expect(await reading).toBe(sent.toString());
      expect(await exitOf(echo)).toBe(0);
    });

    it('gives a command a terminal or plain streams, as asked, and tells it the terminal’s size', async () => {
      const id = await run(harness.commands.listen);
      const terminal = { columns: 80, rows: 24 };
      expect(await textOf(await execIn(id, harness.commands.whichStdin))).toBe('streams\n');
      expect(await textOf(await execIn(id, harness.commands.whichStdin, { terminal }))).toBe('terminal\r\n');
      const telling = await execIn(id, harness.commands.tellSize, { terminal });
      let said = '';
      for await (const { data } of telling.output) {
        said += data.toString();
        if (said.includes('ready')) await telling.resize({ columns: 132, rows: 43 });
        if (said.includes('43 132')) break;
      }
      expect(said).toContain('43 132');
      await telling.kill();
    });

    it('ends a command with all that it started, and nothing else', async () => {
      const id = await run(harness.commands.listen);
      const pids = async () => (await engine.stats(id))?.pids ?? 0;
      const before = await pids();
      const clinging = await execIn(id, harness.commands.clingOn, { terminal: { columns: 80, rows: 24 } });
      for await (const { data } of clinging.output) if (data.toString().includes('up')) break;
      expect(await clinging.kill()).toBe(true);
      expect(await exitOf(clinging)).toBeOneOf([129, 137]);
      await waitFor('its processes to be gone', async () => (await pids()) === before, patience);
      expect(await engine.inspect(id)).toMatchObject({ state: 'running' });
      expect(await clinging.kill()).toBe(true);
    });

    it('ends the commands that nobody keeps', async () => {
      const id = await run(harness.commands.listen);
      const [keep, leave] = [randomUUID(), randomUUID()];
      const kept = await execIn(id, harness.commands.speak, { id: keep });
      const left = await execIn(id, harness.commands.speak, { id: leave });
      for (const one of [kept, left]) for await (const _ of one.output) break;
      expect(await engine.endExecs(new Set([keep]))).toBeGreaterThan(0);
      expect(await exitOf(left)).toBeOneOf([129, 137]);
      expect(await kept.state()).toMatchObject({ running: true });
      await kept.kill();
    });

    it('refuses a command in what does not run, is frozen, or is gone', async () => {
      const id = await run(harness.commands.listen);
      await engine.freeze(id);
      await expect(execIn(id, harness.commands.exit3)).rejects.toMatchObject({ code: 'conflict' });
      await engine.stop(id, 1);
      await expect(execIn(id, harness.commands.exit3)).rejects.toMatchObject({ code: 'conflict' });
      await engine.remove(id);
      await expect(execIn(id, harness.commands.exit3)).rejects.toMatchObject({ code: 'gone' });
    });

    it('joins a container before it starts, gives it what is written, and can do so again', async () => {
      const { id } = await engine.create(spec(harness.commands.echo, { stdin: 'stream' }));
      for (const text of ['once', 'twice']) {
        const attached = await engine.attach(id);
        await engine.start(id);
        const reading = textOf(attached);
        await attached.write(Buffer.from(text));
        attached.end();
        expect(await reading).toBe(text);
        expect(await ended(id)).toMatchObject({ exitCode: 0 });
      }
    });

    it('gives a container a terminal, whose size it is told, and that may be left', async () => {
      const { id } = await engine.create(spec(harness.commands.tellSize, { stdin: 'terminal' }));
      const attached = await engine.attach(id);
      await engine.start(id);
      let said = '';
      for await (const { data } of attached.output) {
        said += data.toString();
        if (said.includes('ready')) await attached.resize({ columns: 132, rows: 43 });
        if (said.includes('43 132')) break;
      }
      expect(said).toContain('43 132');
      attached.close();
      expect(await engine.inspect(id)).toMatchObject({ state: 'running' });
    });

    it('refuses to join what is gone', async () => {
      const { id } = await engine.create(spec(harness.commands.echo, { stdin: 'stream' }));
      await engine.remove(id);
      await expect(engine.attach(id)).rejects.toMatchObject({ code: 'gone' });
    });

    it('removes a network, and removing it again is no error', async () => {
      await engine.removeNetwork(harness.network.name);
      await engine.removeNetwork(harness.network.name);
      expect(await engine.listNetworks()).toEqual([]);
    });
  });
}

async function textOf({ output }: Attachment): Promise<string> {
  const parts: Buffer[] = [];
  for await (const { data } of output) parts.push(data);
  return Buffer.concat(parts).toString();
}

async function collect(lines: AsyncIterable<LogLine>): Promise<LogLine[]> {
  const all: LogLine[] = [];
  for await (const line of lines) all.push(line);
  return all;
}
