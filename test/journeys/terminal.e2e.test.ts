import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { probeApp } from '../support/apps.js';
import { api, killPart, platformHost, token } from '../support/berth.js';
import { binary, oldestNode, Person } from '../support/cli.js';
import { processes, Terminal } from '../support/terminal.js';

const run = promisify(execFile);
const app = `term-${randomBytes(3).toString('hex').replace(/^\d/, 'a')}`;
const patience = { timeoutMs: 30_000, everyMs: 50 };

let me: Person;
const children: ChildProcess[] = [];

beforeAll(async () => {
  me = await Person.create();
  const login = ['login', '--url', `http://${platformHost}`, '--token', '-'];
  expect(await me.berth(login, { input: token() })).toMatchObject({ code: 0 });
  const cwd = await me.folder(app, probeApp('1'));
  expect(await me.berth(['deploy', '--create', '--team', 'home', '--quiet'], { cwd })).toMatchObject({
    code: 0,
  });
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await me.berth(['destroy', app, '--confirm', app]);
  await me.remove();
});

const exec = (command: string[], input?: Buffer | string) =>
  me.berth(['exec', 'web', '--app', app, ...(input === undefined ? [] : ['-i']), '--', ...command], {
    input,
  });

describe('berth exec in a pipe', () => {
  it('keeps streams apart and passes the exit code on', async () => {
    const result = await exec(['sh', '-c', 'echo out; echo err >&2; exit 42']);
    expect(result).toEqual({ code: 42, stdout: 'out\n', stderr: 'err\n' });
  });

  it('passes bytes on as they are, both ways, whole and in order', async () => {
    const sent = randomBytes(2_000_000);
    const file = join(me.home, 'sent');
    await writeFile(file, sent);
    // shell-ok: real pipes at both ends are what is tested
    const line = '"$NODE" "$BINARY" exec -i web --app "$APP" -- cat < "$FILE" | sha256sum';
    const env = me.env({ NODE: oldestNode, BINARY: binary, APP: app, FILE: file });
    const { stdout } = await run('sh', ['-c', line], { env });
    expect(stdout).toContain(createHash('sha256').update(sent).digest('hex'));
  });

  it('says which instances there are when there is none of that name', async () => {
    expect(await me.berth(['exec', 'worker', '--app', app, '--', 'true'])).toMatchObject({ code: 4 });
  });
});

describe('berth exec at a terminal', () => {
  it('is a shell that knows its size, stops what runs at Ctrl-C, and ends at Ctrl-D with its code', async () => {
    const terminal = Terminal.open(me, ['exec', '-it', 'web', '--app', app, '--', 'sh']);
    await terminal.shows(/[$#] $/);
    terminal.type('until [ "$(stty size)" = "40 100" ]; do sleep 0.05; done; echo si""zed\r');
    await terminal.shows(/\nsized/);
    await terminal.resize(77, 20);
    terminal.type('until [ "$(stty size)" = "20 77" ]; do sleep 0.05; done; echo re""sized\r');
    await terminal.shows(/\nresized/);
    terminal.type('echo wai""ting; sleep 600\r');
    await terminal.shows(/\nwaiting/);
    terminal.type('\x03');
    await terminal.shows(/[$#] $/);
    terminal.type('(exit 5)\r');
    await terminal.shows(/[$#] $/);
    terminal.type('\x04');
    expect(await terminal.ended).toBe(5);
  });

  it('is left by Ctrl-P Ctrl-Q, and what it ran ends', async () => {
    const terminal = Terminal.open(me, ['exec', '-it', 'web', '--app', app, '--', 'sleep', '601']);
    await waitFor('the command', async () => (await processes()).includes('sleep 601'), patience);
    terminal.type('\x10\x11');
    expect(await terminal.ended).toBe(0);
    await waitFor('it to be gone', async () => !(await processes()).includes('sleep 601'), patience);
  });
});

describe('nothing is left of a command', () => {
  it('whose client is killed', async () => {
    const child = spawn(
      process.execPath,
      [binary, 'exec', 'web', '--app', app, '--', 'sh', '-c', 'sleep 602 & sleep 603'],
      {
        env: me.env(),
        stdio: 'ignore',
      },
    );
    children.push(child);
    await waitFor('the command', async () => (await processes()).includes('sleep 603'), patience);
    child.kill('SIGKILL');
    await waitFor('it to be gone', async () => !/sleep 60[23]/.test(await processes()), patience);
  });

  it('whose runtime is killed, and its client hears of it', async () => {
    const ended = exec(['sleep', '604']);
    await waitFor('the command', async () => (await processes()).includes('sleep 604'), patience);
    await killPart('runtime');
    expect(await ended).toMatchObject({ code: 5, stderr: expect.stringContaining('runtime') });
    await waitFor('it to be gone', async () => !(await processes()).includes('sleep 604'), patience);
  });
});

describe('berth cp', () => {
  it('brings a folder into an instance and out again as it was', async () => {
    const content = randomBytes(300_000).toString('base64');
    await me.folder('seed', { 'a/b.txt': content, 'c.txt': '' });
    const cp = (from: string, to: string) => me.berth(['cp', from, to, '--app', app]);
    expect(await cp('seed', 'web:/tmp')).toMatchObject({ code: 0 });
    expect((await exec(['ls', '/tmp/seed'])).stdout).toBe('a\nc.txt\n');
    expect(await cp('web:/tmp/seed', 'back')).toMatchObject({ code: 0 });
    expect(await readFile(join(me.home, 'back/a/b.txt'), 'utf8')).toBe(content);
    expect(await cp('web:/nowhere', 'back')).toMatchObject({ code: 6 });
  });
});

describe('who ran what', () => {
  it('is in the list of events', async () => {
    const { body } = await api('get', `/v1/events?app=${app}&limit=100`).expect(200);
    const ends = (body as { items: { kind: string; data: Record<string, unknown> }[] }).items
      .filter(({ kind }) => kind === 'exec.ended')
      .map(({ data }) => [data.command, data.exitCode, data.failure]);
    expect(ends).toContainEqual(['sh -c echo out; echo err >&2; exit 42', 42, null]);
    expect(ends).toContainEqual(['sleep 604', null, 'runtime_unreachable']);
  });
});
