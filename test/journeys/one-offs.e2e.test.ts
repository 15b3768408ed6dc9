import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import type { AppDisk } from '#libs/contracts/api/disk.js';
import type { InstanceView } from '#libs/contracts/api/instances.js';
import type { AppLogLine } from '#libs/contracts/api/logs.js';
import { PlayedHub } from '#libs/mirrors/testing/played-hub.js';
import { probeApp } from '../support/apps.js';
import { api, containers, engine, killPart, platformHost, setting, token } from '../support/berth.js';
import { binary, Person } from '../support/cli.js';
import { processes, Terminal } from '../support/terminal.js';

const app = `once-${randomBytes(3).toString('hex').replace(/^\d/, 'a')}`;
const patience = { timeoutMs: 40_000, everyMs: 50 };
/** As docker run takes them. */
const steps = [
  'Image on the host',
  'Container created',
  'Writable layer added',
  'Network interface attached',
  'Process started',
  'Terminal attached',
];

let me: Person;
let child: ChildProcess | null = null;

beforeAll(async () => {
  me = await Person.create();
  const login = ['login', '--url', `http://${platformHost}`, '--token', '-'];
  expect(await me.berth(login, { input: token() })).toMatchObject({ code: 0 });
  const cwd = await me.folder(app, probeApp('1'));
  const deploy = ['deploy', '--create', '--team', 'home', '--quiet'];
  expect(await me.berth(deploy, { cwd })).toMatchObject({ code: 0 });
  expect(await me.berth(['config', 'set', 'GREETING=hello', '--app', app])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  child?.kill('SIGKILL');
  await me.berth(['destroy', app, '--confirm', app]);
  await me.remove();
});

async function instances(): Promise<InstanceView[]> {
  const { body } = await api('get', `/v1/apps/${app}/instances`).expect(200);
  return (body as { items: InstanceView[] }).items;
}
const oneOffs = async () => (await instances()).filter(({ process }) => process === 'run');
const containersOf = (id: string) => containers({ 'berth.instance': id });
const endOf = (what: string) =>
  waitFor(
    what,
    async () => {
      const [newest] = await oneOffs();
      return newest?.status === 'ended' && newest;
    },
    patience,
  );

/** What a one-off printed is in the app's log. */
const logged = (line: Partial<AppLogLine>) =>
  waitFor(
    `"${line.text}" in the log`,
    async () => {
      const { body } = await api('get', `/v1/apps/${app}/logs?tail=500`).expect(200);
      const { lines } = body as { lines: AppLogLine[] };
      return lines.some((one) => Object.entries(line).every(([key, value]) => one[key as 'text'] === value));
    },
    patience,
  );

describe('berth run', () => {
  it('tells the steps of docker run, gives the app’s config, and keeps the container, which starts again and goes on request', async () => {
    const script = 'echo "$GREETING $BERTH_APP $(cat kept 2>/dev/null)"; echo once > kept; exit 3';
    const first = await me.berth(['run', app, '--', 'sh', '-c', script]);
    expect(first).toMatchObject({ code: 3, stdout: `hello ${app} \n` });
    const told = steps.map((step) => first.stderr.indexOf(step));
    expect(told).toEqual(told.filter((at) => at >= 0).toSorted((a, b) => a - b));
    expect(first.stderr).toMatch(/address 10\.\d+/);
    const [ended] = await oneOffs();
    expect(ended).toMatchObject({ status: 'ended', exitCode: 3 });
    const id = ended!.id.slice(-8);
    expect(first.stderr).toContain(`berth start -ai ${id}`);
    await logged({ instance: ended!.id, process: 'run', text: `hello ${app} ` });
    const again = await me.berth(['start', '-ai', id, '--app', app], { input: '' });
    expect(again).toMatchObject({ code: 3, stdout: `hello ${app} once\n` });
    expect(await containersOf(ended!.id)).toHaveLength(1);
    expect(await me.berth(['rm', id, '--app', app])).toMatchObject({ code: 0 });
    expect(await containersOf(ended!.id)).toHaveLength(0);
    expect(await oneOffs()).toEqual([]);
  });

  it('pulls an image that the host does not have, and tells how it goes', async () => {
    const web = (await instances()).find(({ process }) => process === 'web');
    const container = await engine('GET', `/containers/${web!.containerId}/json`);
    const { Config } = JSON.parse(container) as { Config: { Image: string } };
    // Its name goes; what runs of it goes on.
    await engine('DELETE', `/images/${Config.Image}?force=1`);
    const result = await me.berth(['run', app, '--rm', '--', 'echo', 'brought']);
    expect(result).toMatchObject({ code: 0, stdout: 'brought\n' });
    expect(result.stderr).toMatch(/docker run pulls the image: .*Image on the host .*pulled/s);
  });

  it('brings an image of Docker Hub by the platform’s mirrors, once, and says which served', async () => {
    const { body } = await api('get', `/v1/apps/${app}`).expect(200);
    const { id } = body as { id: string };
    // The app's own images, as Docker Hub would have them.
    const hub = await PlayedHub.open(setting('BERTH_REGISTRY'), 'apps');
    try {
      await api('put', '/v1/platform/mirrors/images')
        .send({ mirrors: [hub.url, 'default'] })
        .expect(200);
      const run = () => me.berth(['run', app, `${id}:d1-1`, '--rm', '--', 'echo', 'brought']);
      const first = await run();
      expect(first, first.stderr).toMatchObject({ code: 0, stdout: 'brought\n' });
      expect(first.stderr).toContain('present pulled');
      expect(first.stderr).toContain(`from ${hub.url}`);
      hub.asked.length = 0;
      expect(await run()).toMatchObject({ code: 0, stderr: expect.stringContaining('present already') });
      expect(hub.asked).toEqual([]);
    } finally {
      await api('put', '/v1/platform/mirrors/images').send({ mirrors: [] });
      await hub.close();
    }
  });

  it('leaves nothing with --rm, reads a pipe, sets variables, and runs a stack', async () => {
    const script = 'id -u; echo "$GREETING $HERE"; cat';
    const variables = ['-e', 'GREETING=hi=ho', '-e', 'HERE'];
    const result = await me.berth(
      ['run', app, 'stack:node', '-i', '-q', '--rm', ...variables, '--', 'sh', '-c', script],
      { input: 'piped\n', env: { HERE: 'from here' } },
    );
    expect(result).toEqual({ code: 0, stdout: '1000\nhi=ho from here\npiped\n', stderr: '' });
    expect(await oneOffs()).toEqual([]);
    await logged({ process: 'run', text: 'piped' });
  });

  it('refuses an image of the host’s own registry, where those of all teams are', async () => {
    const result = await me.berth(['run', app, `${setting('BERTH_REGISTRY')}/apps/other:latest`, '--', 'sh']);
    expect(result.code).toBe(6);
    expect(result.stderr).toContain('registry');
    expect(await oneOffs()).toEqual([]);
  });

  it('is left by Ctrl-P Ctrl-Q and goes on, and is joined again', async () => {
    const terminal = Terminal.open(me, ['run', '-it', app, '--', 'sh']);
    await terminal.shows(/[$#] $/);
    terminal.type('until [ "$(stty size)" = "40 100" ]; do sleep 0.05; done; left=he""re; echo $left\r');
    await terminal.shows(/\nhere/);
    terminal.type('\x10\x11');
    expect(await terminal.ended).toBe(0);
    const [running] = await oneOffs();
    expect(running).toMatchObject({ status: 'ready' });
    const again = Terminal.open(me, ['start', '-ai', running!.id.slice(-8), '--app', app]);
    await again.shows(/Terminal attached/);
    again.type('echo still $left; exit 4\r');
    await again.shows(/still here/);
    expect(await again.ended).toBe(4);
    await logged({ instance: running!.id, process: 'run', text: 'still here' });
    expect((await oneOffs())[0]).toMatchObject({ status: 'ended', exitCode: 4 });
  });

  it('is committed: what it wrote is in the next release, and the disk says what keeps that', async () => {
    const wrote = await me.berth(['run', app, '-q', '--', 'sh', '-c', 'echo by-hand > note']);
    expect(wrote).toMatchObject({ code: 0 });
    const [ended] = await oneOffs();
    const id = ended!.id.slice(-8);
    const committed = await me.berth(['commit', id, '--app', app, '-m', 'With a note', '--quiet']);
    expect(committed, committed.stderr).toMatchObject({ code: 0 });
    const read = await me.berth(['exec', 'web', '--app', app, '--', 'cat', 'note'], { input: '' });
    expect(read, read.stderr).toMatchObject({ code: 0, stdout: 'by-hand\n' });
    expect(await me.berth(['rm', id, '--app', app])).toMatchObject({ code: 0 });

    const looked = await me.berth(['disk', '--dry-run', '--json']);
    expect(looked, looked.stderr + looked.stdout).toMatchObject({ code: 0 });
    const { body } = await api('get', `/v1/apps/${app}/disk`).expect(200);
    const { releases } = (body as AppDisk).app!;
    expect(releases[0]).toMatchObject({ live: true, kept: true, why: 'It is live.' });
    expect(releases[0]!.ownBytes).toBeGreaterThan(0);
  });
});

describe('a one-off that nobody looks after', () => {
  const begin = async (seconds: number): Promise<void> => {
    const line = [binary, 'run', app, '-q', '--', 'sleep', String(seconds)];
    child = spawn(process.execPath, line, { env: me.env(), stdio: 'ignore' });
    await waitFor('the command', async () => (await processes()).includes(`sleep ${seconds}`), patience);
  };

  it('is stopped, not removed, when its client is killed', async () => {
    await begin(701);
    child?.kill('SIGKILL');
    const ended = await endOf('its end');
    expect(ended.reason).toContain('left');
    expect(await processes()).not.toContain('sleep 701');
    expect(await containersOf(ended.id)).toMatchObject([{ State: 'exited' }]);
  });

  it('is stopped when its runtime is killed, and goes with its app', async () => {
    await begin(702);
    await killPart('runtime');
    const ended = await endOf('its end');
    expect(await processes()).not.toContain('sleep 702');
    expect(await me.berth(['destroy', app, '--confirm', app])).toMatchObject({ code: 0 });
    await waitFor('its container to go', async () => (await containersOf(ended.id)).length === 0, patience);
  });
});
