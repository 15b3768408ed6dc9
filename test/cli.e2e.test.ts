import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { copyFile, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { brokenApp, probeApp, staticSite } from './support/apps.js';
import { api, hostOf, killPart, platformHost, token, visit, visitJson } from './support/berth.js';
import { binary, oldestNode, Person, type CliResult } from './support/cli.js';

const run = promisify(execFile);
const url = `http://${platformHost}`;
const app = `cli-${randomBytes(3).toString('hex').replace(/^\d/, 'a')}`;
const ESCAPE = '\u001b';

/** Signed in with the administrator's token, in a pipe. */
let admin: Person;
/** Signs in with a password, at a terminal. */
let jo: Person;
const joEmail = `jo-${app}@example.org`;
let joPassword = '';
let folder = '';

beforeAll(async () => {
  [admin, jo] = [await Person.create(), await Person.create()];
  const login = await admin.berth(['login', '--url', url, '--token', '-'], { input: token() });
  expect(login).toMatchObject({ code: 0 });
  const added = await admin.berth(['team', 'add', joEmail, '--role', 'developer', '--team', 'home']);
  joPassword = added.stdout.trim();
  folder = await admin.folder(app, probeApp('1'));
  await ok(['deploy', '--create', '--team', 'home', '--quiet'], { cwd: folder });
});
afterAll(async () => {
  await admin.berth(['destroy', app, '--confirm', app]);
  await Promise.all([admin.remove(), jo.remove()]);
});

/** A command that must succeed; its standard output. */
async function ok(args: string[], options: Parameters<Person['berth']>[1] = {}): Promise<string> {
  const result = await admin.berth(args, options);
  expect(result, `${args.join(' ')}\n${result.stderr}`).toMatchObject({ code: 0 });
  return result.stdout;
}
async function document<T>(args: string[], options: Parameters<Person['berth']>[1] = {}): Promise<T> {
  return JSON.parse(await ok([...args, '--json'], options)) as T;
}

it('runs on the oldest Node that it promises, from its one file alone under whatever name', async () => {
  expect((await run(oldestNode, ['--version'])).stdout).toMatch(/^v20\./);
  const alone = join(admin.home, 'berth');
  await copyFile(binary, alone);
  const { stdout } = await run(oldestNode, [alone, '--version'], { cwd: admin.home, env: admin.env() });
  expect(stdout).toMatch(/^berth \d/);
});

describe('plan', () => {
  it('tells before anything is built what was found, which commands run, and what to write to change them', async () => {
    const shown = await ok(['plan'], { cwd: folder });
    expect(shown).toContain('Node.js, found by package.json');
    expect(shown).toMatch(/Start command: node server\.js\n.*"start" script/);
    expect(shown).toMatch(/→ Write command = /);
    const { plan } = await document<{ plan: { processes: object } }>(['plan', '--app', app]);
    expect(plan.processes).toEqual({ web: ['node', 'server.js'] });
    const odd = await admin.folder('odd', { 'berth.toml': '[biuld]\n', 'index.html': '' });
    const refused = await admin.berth(['plan', odd]);
    expect(refused.code).toBe(6);
    expect(refused.stderr).toContain('berth.toml, line 1: [biuld] is not known');
  });
});

describe('signing in', () => {
  it('at a terminal asks, never shows the password, and keeps a token that only its owner can read', async () => {
    const { code, screen } = await jo.terminal(['login', '--email', joEmail], {
      answers: [
        [/Platform.*: /, `${url}\r`],
        [/Password.*: /, `${joPassword}\r`],
      ],
    });
    expect(screen).toContain(`Signed in to ${url} as`);
    expect(code).toBe(0);
    // Nor a letter of it: nothing but the end of the line comes after the question.
    const typed = screen.split(/Password.*?: /)[1]?.split('✓')[0] ?? '';
    expect(stripVTControlCharacters(typed).trim()).toBe('');
    const file = join(jo.home, '.config/berth/config.json');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain(joPassword);
    const who = await jo.berth(['whoami', '--json']);
    expect(JSON.parse(who.stdout)).toMatchObject({ url, user: { email: joEmail }, via: 'token' });
  });

  it('by a browser somewhere else: a code at the terminal, a yes on a page, and the token comes by itself', async () => {
    const ssh = await Person.create();
    const login = ssh.terminal(['login', '--url', url, '--scope', 'read', '--expires', '7'], {
      onScreen: (screen) => {
        const [, code] = /code=([A-Z]{4}-[A-Z]{4})/.exec(screen) ?? [];
        if (code === undefined) return false;
        void sayYes(code);
        return true;
      },
    });
    const said: { machine: string; client: string }[] = [];
    const sayYes = async (code: string): Promise<void> => {
      const asked = await api('get', `/v1/logins/${code}`);
      said.push(asked.body as { machine: string; client: string });
      await api('post', `/v1/logins/${code}/allow`).send({ scope: 'read', team: 'home' });
    };
    const { code, screen } = await login;
    expect(screen).toContain(`Signed in to ${url} as`);
    expect(code).toBe(0);
    expect(said).toMatchObject([{ client: expect.stringMatching(/^berth \d/) as string }]);
    const who = await ssh.berth(['whoami', '--json']);
    expect(JSON.parse(who.stdout)).toMatchObject({ url, via: 'token', teams: [{ slug: 'home' }] });
    expect(await ssh.berth(['create', `${app}-x`])).toMatchObject({ code: 3 });
    await ssh.remove();
  });

  it('gives up with 130 at Ctrl-C', async () => {
    const args = ['login', '--url', url, '--email', joEmail];
    const { code } = await admin.terminal(args, { answers: [[/Password.*: /, '\u0003']] });
    expect(code).toBe(130);
  });

  it('where nobody can be asked names the ways that there are, and waits for nothing', async () => {
    const script = await Person.create();
    const { code, stdout, stderr } = await script.berth(['login', '--url', url]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    for (const way of ['--token', '--email', '--web', 'BERTH_TOKEN']) expect(stderr).toContain(way);
    await script.remove();
  });

  it('with a wrong password is refused with 3, and keeps nothing', async () => {
    const nobody = await Person.create();
    const args = ['login', '--url', url, '--email', joEmail, '--password-stdin'];
    const result = await nobody.berth(args, { input: 'not it' });
    expect(result).toMatchObject({ code: 3, stdout: '' });
    expect(result.stderr).toContain('wrong');
    expect(existsSync(join(nobody.home, '.config/berth/config.json'))).toBe(false);
    await nobody.remove();
  });

  it('ends with logout: the token is worth nothing afterwards', async () => {
    const brief = await Person.create();
    const args = ['login', '--url', url, '--email', joEmail, '--password-stdin', '--scope', 'read'];
    expect(await brief.berth(args, { input: `${joPassword}\n` })).toMatchObject({ code: 0 });
    const config = JSON.parse(await readFile(join(brief.home, '.config/berth/config.json'), 'utf8')) as {
      platforms: Record<string, { token: string }>;
    };
    const bearer = config.platforms[url]!.token;
    await api('get', '/v1/session', bearer).expect(200);
    expect(await brief.berth(['logout'])).toMatchObject({ code: 0 });
    await api('get', '/v1/session', bearer).expect(401);
    expect(await brief.berth(['apps'])).toMatchObject({ code: 3 });
    await brief.remove();
  });
});

describe('deploying', () => {
  it('a folder in a pipe makes the app, leaves ignored files at home, and prints the address alone', async () => {
    const name = `${app}-p`;
    const files = {
      ...probeApp('1'),
      '.gitignore': '*.log\n',
      'noise.log': 'noise',
      'node_modules/x/i.js': '',
    };
    const cwd = await admin.folder(name, files);
    expect((await ok(['deploy', '--dry-run'], { cwd })).trim().split('\n').toSorted()).toEqual([
      '.gitignore',
      'package.json',
      'server.js',
    ]);
    const result = await admin.berth(['deploy', '--create', '--team', 'home', '-m', 'First'], { cwd });
    expect(result, result.stderr).toMatchObject({ code: 0, stdout: `http://${hostOf(name)}\n` });
    expect(result.stderr).toContain('Node.js app detected');
    expect(result.stderr).not.toContain(ESCAPE);
    expect(await visitJson(hostOf(name))).toMatchObject({ version: '1', app: name });
    const [first] = await document<{ source: { message: string } }[]>(['deployments', name]);
    expect(first?.source.message).toBe('First');
    await ok(['destroy', name, '--confirm', name]);
  });

  it('at a terminal shows a bar, a spinner with the step, and the steps of docker run with their times', async () => {
    const site = await jo.folder('site', {
      ...staticSite('hello'),
      'big.bin': randomBytes(2_000_000).toString('base64'),
    });
    const name = `${app}-t`;
    const { code, screen } = await jo.terminal(['deploy', '--create', '--app', name], { cwd: site });
    expect(code, screen).toBe(0);
    expect(screen).toMatch(/Sending 3 files: .*█.* of 2\.7 MB/);
    expect(screen).toMatch(/⠹ .*(queued|building|starting)/);
    for (const step of [
      'Image on the host',
      'Container created',
      'Writable layer added',
      'Network interface attached',
      'Process started',
    ])
      expect(screen).toMatch(new RegExp(`✓.* ${step} .*\\d m?s`));
    expect((await visit(hostOf(name))).body).toContain('hello');
    const quiet = await jo.terminal(['timeline', '--app', name], { env: { NO_COLOR: '1' } });
    expect(quiet.screen).toContain('What docker run does');
    expect(quiet.screen).not.toContain(`${ESCAPE}[3`);
    // Jo is a developer: deleting takes an owner.
    expect(await jo.berth(['destroy', name, '--confirm', name])).toMatchObject({ code: 3 });
    expect(await admin.berth(['destroy', name, '--confirm', name])).toMatchObject({ code: 0 });
  });

  it('a broken app ends with 7, names the step, shows the last lines, and changes nothing for visitors', async () => {
    const broken = await admin.folder('broken', brokenApp('exits'));
    const result = await admin.berth(['deploy', broken, '--app', app]);
    expect(result).toMatchObject({ code: 7, stdout: '' });
    expect(result.stderr).toContain('cannot find the flux capacitor');
    expect(result.stderr).toMatch(/failed at "/);
    expect(await visitJson(hostOf(app))).toMatchObject({ version: '1' });
    const json = await admin.berth(['retry', '--app', app, '--json']);
    expect(json.code).toBe(7);
    expect(JSON.parse(json.stdout)).toMatchObject({ status: 'failed', trigger: 'retry' });
  });

  it('an archive on standard input works like a folder', async () => {
    const source = await admin.folder('packed', probeApp('2'));
    const { stdout } = await run('tar', ['-czf', '-', '-C', source, '.'], { encoding: 'buffer' });
    await ok(['deploy', '-', '--app', app, '--quiet'], { input: stdout });
    expect(await visitJson(hostOf(app))).toMatchObject({ version: '2' });
  });

  it('is left by Ctrl-C with 130, and goes on without the person', async () => {
    await writeFile(join(folder, 'server.js'), probeApp('3')['server.js']!);
    const { code, screen } = await admin.terminal(['deploy', '--app', app], {
      cwd: folder,
      answers: [[/Building the image/, '\u0003']],
    });
    expect(code, screen).toBe(130);
    expect(screen).toContain('goes on without you');
    await waitFor(
      'the deployment that was left',
      async () => (await visitJson(hostOf(app)))['version'] === '3',
      {
        timeoutMs: 60_000,
        everyMs: 100,
      },
    );
  });

  it('is followed to its end over the death of the api', async () => {
    await writeFile(join(folder, 'server.js'), probeApp('4')['server.js']!);
    let killed: Promise<void> | null = null;
    const result = await admin.berth(['deploy', '--app', app, '--json'], {
      cwd: folder,
      interruptWhen: (output) => {
        if (output.includes('Sent 2 files')) killed ??= killPart('api');
        return false;
      },
    });
    await killed;
    expect(result, result.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(result.stdout)).toMatchObject({ status: 'live' });
    expect(killed).not.toBeNull();
    expect(await visitJson(hostOf(app))).toMatchObject({ version: '4' });
  });

  it('goes back by one release at a word', async () => {
    const releases = await document<{ number: number; live: boolean }[]>(['releases', app]);
    const live = releases.find((one) => one.live)!.number;
    const result = await admin.berth(['rollback', '--app', app]);
    // The release of the broken app, in between, never went live.
    expect(result.stderr).toMatch(/Going back to v\d+ /);
    expect(live).toBe(releases[0]?.number);
    expect(result.code).toBe(0);
    expect(await visitJson(hostOf(app))).toMatchObject({ version: '3' });
  });
});

describe('config', () => {
  it('of many variables makes one release, and .env files go in and come out the same', async () => {
    const before = (await document<unknown[]>(['releases', app])).length;
    await ok(['config', 'set', 'COLOUR=deep blue', 'EMPTY=', '--app', app]);
    await ok(['config:set', 'SECRET=-', '--app', app], { input: 'line one\nline "two"\n' });
    expect((await document<unknown[]>(['releases', app])).length).toBe(before + 2);
    expect(await visitJson(hostOf(app), '/env')).toMatchObject({
      COLOUR: 'deep blue',
      SECRET: 'line one\nline "two"',
    });
    expect(await ok(['config', 'get', 'SECRET', '-a', app])).toBe('line one\nline "two"\n');
    const text = await ok(['config', app, '--env']);
    await ok(['config', 'unset', 'EMPTY', 'SECRET', 'COLOUR', '--app', app]);
    expect(await document(['config', app])).toEqual({});
    await ok(['config', 'import', '-', '--app', app], { input: text });
    expect(await ok(['config', app, '--env'])).toBe(text);
    expect(await admin.berth(['config', 'import', '-', '--app', app], { input: text })).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('Nothing to change') as string,
    });
  });

  it('is changed in the person’s editor after they have seen what changes', async () => {
    const editor = join(admin.home, 'editor.mjs');
    await writeFile(
      editor,
      `import { readFileSync, writeFileSync } from 'node:fs';
       const file = process.argv[2];
       writeFileSync(file, readFileSync(file, 'utf8').replace(/^COLOUR=.*$/m, 'SHADE=dark'));`,
    );
    const { code, screen } = await admin.terminal(['config', 'edit', '--app', app], {
      env: { EDITOR: `${process.execPath} ${editor}` },
      answers: [[/Set SHADE; removed COLOUR\. Send this\?.*: /, 'y\r']],
    });
    expect(code, screen).toBe(0);
    expect(await document(['config', app])).toMatchObject({ SHADE: 'dark' });
    expect(await document(['config', app])).not.toHaveProperty('COLOUR');
  });
});

describe('watching', () => {
  it('logs -f shows a line when it is printed, and ends with Ctrl-C', async () => {
    const text = `flux-${randomBytes(4).toString('hex')}`;
    let said = false;
    const result = await admin.berth(['logs', app, '-f', '-n', '1'], {
      interruptWhen: (output) => {
        if (!said && output.length > 0) {
          said = true;
          void visit(hostOf(app), `/say?text=${text}`);
        }
        return output.includes(`err ${text}`);
      },
    });
    expect(result.code).toBe(130);
    expect(result.stdout).toContain(` │ ${text}\n`);
    const found = await admin.berth(['logs', app, '--search', text, '--json']);
    const lines = found.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { text: string });
    expect(lines.map((line) => line.text).toSorted()).toEqual([`err ${text}`, text]);
  });

  it('never lets an app’s output command the terminal', async () => {
    await visit(hostOf(app), `/say?text=${encodeURIComponent(`${ESCAPE}]0;owned\u0007${ESCAPE}[2Jend`)}`);
    const { screen } = await admin.terminal(['logs', app, '-n', '2']);
    expect(screen).toContain('end');
    expect(screen).not.toContain(`${ESCAPE}]0;`);
    expect(screen).not.toContain(`${ESCAPE}[2J`);
  });

  it('explain draws the stack with the container and the kernel that are really there', async () => {
    const [instance] = await document<{ containerId: string; address: string }[]>(['ps', app]);
    const drawn = await ok(['explain', app]);
    for (const fact of [
      instance!.containerId.slice(0, 12),
      instance!.address,
      'PaaS',
      'IaaS',
      'SaaS',
      'kernel',
    ])
      expect(drawn).toContain(fact);
    const widths = new Set(
      drawn
        .split('\n')
        .filter((line) => /^[┌│├└]/.test(line))
        .map((line) => [...line].length),
    );
    expect(widths.size).toBe(1);
  });

  it.each([
    'apps',
    'whoami',
    'status',
    'events -n 3',
    'tokens',
    'team',
    'team members --team home',
    `info ${app}`,
    `ps ${app}`,
    `releases ${app}`,
    `deployments ${app}`,
    `domains ${app}`,
    `config ${app}`,
    `scale --app ${app}`,
    `timeline --app ${app}`,
    `deployments log --app ${app}`,
    `explain ${app}`,
    `logs ${app}`,
  ])('%s works in a pipe, as lines without escapes and as JSON', async (line) => {
    const args = line.split(' ');
    expect(await ok(args)).not.toContain(ESCAPE);
    const json = (await ok([...args, '--json'])).trim();
    for (const text of args[0] === 'logs' ? json.split('\n') : [json]) JSON.parse(text);
  });
});

describe('managing', () => {
  it('scales up and down, and shows the instances that come and go', async () => {
    const ready = async (): Promise<number> =>
      (await document<{ status: string }[]>(['ps', app])).filter(({ status }) => status === 'ready').length;
    for (const count of [2, 1]) {
      await ok(['scale', `web=${count}`, '--app', app]);
      expect(await document(['scale', '--app', app])).toEqual({ web: count });
      await waitFor(`${count} ready`, async () => (await ready()) === count, {
        timeoutMs: 60_000,
        everyMs: 200,
      });
    }
  });

  it('changes limits by a release, and restarts, without losing the app', async () => {
    await ok(['set', '--memory', '300', '--health', '/', '--app', app]);
    expect(await document(['info', app])).toMatchObject({
      limits: { memoryMb: 300 },
      healthPath: '/',
      state: 'live',
    });
    const before = await visitJson(hostOf(app));
    await ok(['restart', app]);
    expect((await visitJson(hostOf(app)))['instance']).not.toBe(before['instance']);
  });

  it('adds and removes a domain, at which the app answers meanwhile', async () => {
    const domain = `${app}.example.org`;
    await ok(['domains', 'add', domain, '--app', app]);
    expect(await document(['domains', app])).toMatchObject([{ name: domain }]);
    await waitFor('the domain', async () => (await visit(domain)).status === 200, {
      timeoutMs: 30_000,
      everyMs: 200,
    });
    await ok(['domains', 'remove', domain, '--app', app]);
    expect(await document(['domains', app])).toEqual([]);
  });

  it('makes a token that a pipeline deploys with, that may do no more, and that ends when it is revoked', async () => {
    const name = `ci-${app}`;
    const secret = (await ok(['tokens', 'create', name, '--scope', 'deploy', '--team', 'home'])).trim();
    const ci = await Person.create();
    const env = { BERTH_URL: url, BERTH_TOKEN: secret, BERTH_APP: app, CI: 'true' };
    const deployed = await ci.berth(['deploy', folder, '--json'], { env });
    expect(deployed, deployed.stderr).toMatchObject({ code: 0 });
    expect(JSON.parse(deployed.stdout)).toMatchObject({ status: 'live', trigger: 'upload' });
    expect(await ci.berth(['config'], { env })).toMatchObject({ code: 3 });
    await ok(['tokens', 'revoke', name]);
    expect(await ci.berth(['apps'], { env })).toMatchObject({ code: 3 });
    await ci.remove();
  });

  it('cancels a deployment under way; whoever waits for it gets 8', async () => {
    const slow = await admin.folder('slow', {
      'package.json': JSON.stringify({ scripts: { build: 'sleep 60', start: 'node server.js' } }),
      'server.js': '',
    });
    let cancelled: Promise<string> | null = null;
    const result = await admin.berth(['deploy', slow, '--app', app], {
      interruptWhen: (output) => {
        if (output.includes('Building the image')) cancelled ??= ok(['cancel', '--app', app]);
        return false;
      },
    });
    await cancelled;
    expect(result, result.stderr).toMatchObject({ code: 8 });
    expect(result.stderr).toContain('was cancelled');
    expect((await visit(hostOf(app))).status).toBe(200);
  });

  it('keeps the team of one’s choice', async () => {
    const team = `team-${app}`;
    await ok(['team', 'create', team, '--title', 'A team']);
    await ok(['team', 'use', team]);
    expect(await document(['apps'])).toEqual([]);
    expect(await document(['apps', '--team', 'home'])).not.toEqual([]);
    await ok(['team', 'use']);
    expect(await document(['apps'])).not.toEqual([]);
    await ok(['team', 'add', joEmail, '--role', 'viewer', '--team', team]);
    await ok(['team', 'role', joEmail, 'owner', '--team', team]);
    expect(await document(['team', 'members', '--team', team])).toMatchObject([
      expect.anything(),
      { email: joEmail, role: 'owner' },
    ]);
    await ok(['team', 'remove', joEmail, '--yes', '--team', team]);
    await api('delete', `/v1/teams/${team}`).expect(204);
  });
});

describe('git', () => {
  it('pushes to an app made by init without asking for a password, and the folder knows its app', async () => {
    const name = `${app}-g`;
    const work = await jo.folder('work', probeApp('git'));
    const git = (...args: string[]) =>
      run('git', ['-c', 'user.name=Jo', '-c', 'user.email=jo@example.org', ...args], {
        cwd: work,
        env: jo.env({ GIT_TERMINAL_PROMPT: '0', NO_PROXY: '.localhost', no_proxy: '.localhost' }),
      });
    await git('init', '-q', '-b', 'main');
    const made = await jo.berth(['init', name, '--team', 'home'], { cwd: work });
    expect(made, made.stderr).toMatchObject({ code: 0 });
    expect(await readFile(join(work, 'berth.toml'), 'utf8')).toContain(name);
    await git('add', '-A');
    await git('commit', '-q', '-m', 'By git');
    const { stderr } = await git('push', 'berth', 'main');
    expect(stderr).toContain('deployed to Berth');
    const info = await jo.berth(['info', '--json'], { cwd: work });
    expect(JSON.parse(info.stdout)).toMatchObject({ name, state: 'live' });
    expect(await admin.berth(['destroy', name, '--confirm', name])).toMatchObject({ code: 0 });
  });
});

describe('what goes wrong', () => {
  const cases: [string, number, string[], Record<string, string>, RegExp][] = [
    ['an unknown command', 2, ['depoly'], {}, /Did you mean `deploy`/],
    ['an unknown option', 2, ['apps', '--serach', 'x'], {}, /Did you mean `--search`/],
    ['no app named', 2, ['info'], {}, /--app/],
    ['a bad token', 3, ['apps'], { BERTH_TOKEN: 'berth_no_suchtoken' }, /BERTH_TOKEN/],
    ['no such app', 4, ['info', 'no-such-app'], {}, /berth apps/],
    ['no such release', 4, ['rollback', 'v999', '-a', app], {}, /berth releases/],
    [
      'nobody there',
      5,
      ['apps'],
      { BERTH_URL: 'http://127.0.0.1:1', BERTH_TOKEN: 'berth_x_y' },
      /Nothing listens/,
    ],
    ['a name that is taken', 6, ['create', app], {}, /taken|exists|another name/i],
  ];
  it.each(cases)('%s: exit %i, and what to do', async (_name, code, args, env, says) => {
    const result: CliResult = await admin.berth(args, { env });
    expect(result, result.stderr).toMatchObject({ code, stdout: '' });
    expect(result.stderr).toMatch(says);
    const json = await admin.berth([...args, '--json'], { env });
    expect(JSON.parse(json.stdout)).toMatchObject({ error: { exitCode: code } });
  });

  it('a reader that has seen enough is no error', async () => {
    // shell-ok: the pipe to `head` is what is tested
    const line = `"$NODE" "$BINARY" help | head -1; echo "\${PIPESTATUS[0]}"`;
    const { stdout, stderr } = await run('bash', ['-c', line], {
      env: admin.env({ NODE: process.execPath, BINARY: binary }),
    });
    expect(stdout.trim().split('\n').at(-1)).toBe('0');
    expect(stderr).toBe('');
  });
});
