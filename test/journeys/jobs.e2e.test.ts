import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import type { CronList, JobView } from '#libs/contracts/api/jobs.js';
import { api, platformHost, token } from '../support/berth.js';
import { Person } from '../support/cli.js';
import { putToSleep } from '../support/contract-app.js';

const app = `jobs-${randomBytes(3).toString('hex').replace(/^\d/, 'a')}`;
const patience = { timeoutMs: 60_000, everyMs: 100 };

/** A function whose schedule asks it for a path once a year, and runs a command. */
const scheduled = {
  'function.js': `export function POST(request) {
    return new Response(null, { status: request.headers.get('authorization') === 'Bearer hush' ? 204 : 403 });
  }`,
  'berth.toml': `
[[cron]]
name = "tick"
schedule = "@yearly"
path = "/tick"
[[cron]]
name = "tidy"
schedule = "0 3 * * *"
timezone = "Europe/Berlin"
command = "node -e 'console.log(process.env.BERTH_PROCESS)'"
`,
};

let me: Person;
beforeAll(async () => {
  me = await Person.create();
  const login = ['login', '--url', `http://${platformHost}`, '--token', '-'];
  expect(await me.berth(login, { input: token() })).toMatchObject({ code: 0 });
  const cwd = await me.folder(app, scheduled);
  const deploy = ['deploy', '--create', '--team', 'home', '--quiet'];
  expect(await me.berth(deploy, { cwd })).toMatchObject({ code: 0 });
  expect(await me.berth(['config', 'set', 'CRON_SECRET=hush', '--app', app])).toMatchObject({ code: 0 });
});
afterAll(async () => {
  await me.berth(['destroy', app, '--confirm', app]);
  await me.remove();
});

describe('jobs', () => {
  it('run apart from the terminal; their log, their end and their exit code are there afterwards', async () => {
    const script = 'console.log("worked for " + process.env.BERTH_APP); process.exit(5)';
    const waited = await me.berth(['job', 'run', app, '--wait', '--', 'node', '-e', script]);
    expect(waited).toMatchObject({ code: 5 });
    expect(waited.stdout).toContain(`worked for ${app}`);
    const endless = 'console.log("on and on"); setInterval(() => {}, 1e6)';
    const left = await me.berth(['job', 'run', app, '--wait', '--', 'node', '-e', endless], {
      interruptWhen: (output) => output.includes('on and on'),
    });
    expect([left.code, left.stderr]).toEqual([130, expect.stringContaining('goes on without you')]);
    const [begun] = JSON.parse((await me.berth(['jobs', app, '--json'])).stdout) as JobView[];
    expect(begun?.status).toBe('running');
    const { id } = begun!;
    expect(await me.berth(['job', 'cancel', id, '--app', app])).toMatchObject({ code: 0 });
    const ended = await waitFor(
      'the end of the cancelled job',
      async () => {
        const { body } = await api('get', `/v1/apps/${app}/jobs/${id}`).expect(200);
        return (body as JobView).endedAt !== null && (body as JobView);
      },
      patience,
    );
    expect(ended.status).toBe('cancelled');
    const list = await me.berth(['jobs', app]);
    expect(list.stdout).toMatch(/cancelled[^]*failed/);
  });

  it('are made of the live release’s schedule: a command, and a path that wakes a function', async () => {
    const entries = await waitFor(
      'the schedule',
      async () => {
        const { body } = await api('get', `/v1/apps/${app}/cron`).expect(200);
        return (body as CronList).items.length === 2 && (body as CronList).items;
      },
      patience,
    );
    expect(entries.map(({ name, timezone }) => [name, timezone])).toEqual([
      ['tick', 'UTC'],
      ['tidy', 'Europe/Berlin'],
    ]);
    expect(entries[0]!.nextAt).toMatch(/-01-01T00:00:00\.000Z$/);
    const tidy = await me.berth(['cron', 'run', 'tidy', '--app', app, '--wait']);
    expect(tidy).toMatchObject({ code: 0 });
    expect(tidy.stdout).toMatch(/cron$/m);
    await putToSleep(app, 'stopped', async () => {
      const { items } = (await api('get', `/v1/apps/${app}/instances`).expect(200)).body;
      // The release before rests, for a rollback.
      return (items as { status: string }[]).filter(({ status }) => status !== 'draining');
    });
    const tick = await me.berth(['cron', 'run', 'tick', '--app', app, '--wait', '--json']);
    const job = JSON.parse(tick.stdout.trim().split('\n').at(-1) ?? '') as JobView;
    expect(job).toMatchObject({ status: 'succeeded', httpStatus: 204, cron: 'tick' });
  });
});

describe('addresses that users name', () => {
  it('are not taken when they lead into the platform: for events, for logs, for code', async () => {
    const inside = [
      ['webhooks', 'add', 'http://127.0.0.1:1/in', '--app', app],
      ['webhooks', 'add', 'http://[::ffff:169.254.169.254]/in', '--whole-team', '--team', 'home'],
      ['drains', 'add', 'syslog://localhost:1', '--app', app],
      ['connect', app, 'http://10.1.2.3/team/repo.git'],
    ];
    for (const line of inside) {
      const refused = await me.berth(line);
      expect([refused.code, refused.stderr]).toEqual([6, expect.stringContaining('inside of this platform')]);
    }
    const hook = await api('post', `/v1/hooks/git/${crypto.randomUUID()}`).send({ ref: 'refs/heads/main' });
    expect([hook.status, (hook.body as { code: string }).code]).toEqual([403, 'hook_refused']);
  });
});
