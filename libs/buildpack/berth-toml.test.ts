import { readFile } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { manifest } from '#libs/contracts/manifest.js';
import { BerthError } from '#libs/core/errors.js';
import { parseBerthToml } from './berth-toml.js';
import { berthToml } from './berth-toml-schema.js';
import { planOf } from './plan-of.js';
import { noSettings } from './settings.js';

const messageOf = (text: string): string => {
  try {
    parseBerthToml(text);
  } catch (error) {
    expect(error).toBeInstanceOf(BerthError);
    return (error as BerthError).message;
  }
  return '';
};

describe('berth.toml', () => {
  it('reads what an author can say', () => {
    const settings = parseBerthToml(`
[build]
root = "./apps/web/"
install = "npm ci --legacy-peer-deps"
versions.node = "22"
[build.env]
VITE_TITLE = "x"
[start]
command = "node server.js"
port = 3000
protocol = "h2c"
[processes]
worker = "node worker.js"
[health]
path = "/healthz"
start_timeout = "1m30s"
[env]
LOG_LEVEL = "info"
[sleep]
freeze_after = "30s"
stop_after = "10m"
enabled = true
[scale]
min = 0
max = 3
concurrency = 20
requests_per_second = 90
cpu_percent = 70
[limits]
memory = "1GB"
cpus = 0.5
pids = 100
request_time = "2m"
body_size = "10 MB"
`);
    expect(settings.build).toMatchObject({
      root: 'apps/web',
      install: 'npm ci --legacy-peer-deps',
      versions: { node: '22' },
      env: { VITE_TITLE: 'x' },
    });
    expect([...settings.processes]).toEqual([
      ['web', 'node server.js'],
      ['worker', 'node worker.js'],
    ]);
    expect(settings).toMatchObject({ port: 3000, healthPath: '/healthz' });
    expect(settings.manifest).toEqual({
      env: { LOG_LEVEL: 'info' },
      startTimeoutSeconds: 90,
      sleep: { enabled: true, freezeAfterSeconds: 30, stopAfterSeconds: 600 },
      scale: { min: 0, max: 3, concurrency: 20, requestsPerSecond: 90, cpuPercent: 70 },
      limits: { memoryMb: 1024, cpus: 0.5, pids: 100, requestSeconds: 120, bodyBytes: 10 << 20 },
      protocol: 'h2c',
    });
  });

  it('reads a schedule, each entry under its name or what it does', () => {
    const { cron } = parseBerthToml(`
[[cron]]
schedule = "*/5 * * * *"
command = "node tidy.js && echo done"
[[cron]]
name = "report"
schedule = "@daily"
path = "/report"
timezone = "Europe/Berlin"
overlap = true
missed = "skip"
timeout = "5m"
retries = 2
`).manifest;
    expect(cron).toEqual([
      {
        ...{ name: 'node tidy.js && echo done', schedule: '*/5 * * * *', timezone: 'UTC' },
        task: { command: ['/bin/sh', '-c', 'node tidy.js && echo done'] },
        ...{ overlap: false, missed: 'run', timeoutSeconds: 3600, retries: 0 },
      },
      {
        ...{ name: 'report', schedule: '@daily', timezone: 'Europe/Berlin' },
        task: { path: '/report', method: 'POST' },
        ...{ overlap: true, missed: 'skip', timeoutSeconds: 300, retries: 2 },
      },
    ]);
  });

  it('reads volumes, which leave one instance of each process type', () => {
    const { volumes } = parseBerthToml('[volumes]\ndata = "/app/data"\nuploads = "/srv/uploads"').manifest;
    expect(volumes).toEqual({ data: '/app/data', uploads: '/srv/uploads' });
    expect(parseBerthToml('[volumes]\ndata = "/data"\n[scale]\nmin = 1\nmax = 1').manifest.volumes).toEqual({
      data: '/data',
    });
  });

  it('says nothing when it is empty', () => {
    expect(parseBerthToml('\ufeff# nothing\n')).toEqual(noSettings);
  });

  it.each([
    ['[build]\nroot = ', 'berth.toml, line 2, column 8: this is not TOML'],
    ['a = 1\na = 2', 'berth.toml, line 2, column 1: this is not TOML'],
    ['[biuld]\nx = 1', 'line 1: [biuld] is not known; there is'],
    ['[sleep]\n\nfreeze_aftr = "1s"', 'line 3: [sleep] freeze_aftr is not known; there is'],
    [
      '[[cron]]\nschedule = "@daily"\ncommand = "a"\n[[cron]]\nschedule = "* *"\npath = "/"',
      'line 5: [[cron]] schedule is not a schedule.',
    ],
    ['[[cron]]\nschedule = "@daily"\ncomand = "a"', 'line 3: [[cron]] comand is not known; there is'],
    ['[[cron]]\nschedule = "@daily"', 'line 1: [[cron]] needs either a command or a path'],
    [
      '[[cron]]\nschedule = "0 0 30 2 *"\npath = "/"',
      'line 2: [[cron]] schedule names a moment that never comes',
    ],
    [
      '[[cron]]\nschedule = "@daily"\npath = "/"\ntimezone = "Berlin"',
      'line 4: [[cron]] timezone is not a time zone',
    ],
    [
      '[[cron]]\nschedule = "@daily"\npath = "/"\n[[cron]]\nschedule = "@daily"\npath = "/"',
      'line 4: [[cron]] "/" is there twice',
    ],
    ['[cron]\nschedule = "@daily"', 'line 1: [cron] is not a list of tables'],
    ['[build]\nbase = "x"', 'line 2: [build] base is not known; there is'],
    ['[http_service]\ninternal_port = 1', 'line 1: [http_service] is not known; there is'],
    ['[build.versions]\nnodejs = "1"', 'line 2: [build.versions] nodejs is not known; there is'],
    ['[zzz]', 'line 1: [zzz] is not known; there is [build], [static]'],
    ['root = "web"', 'line 1: root is not known outside of a table; it belongs under [build]. Move it there'],
    ['zzz = 1', 'line 1: zzz is not known; there is [build], [static]'],
    [
      '[versions]\nnode = "22"',
      'line 1: [versions] is not known outside of a table; it belongs under [build]',
    ],
    ['[build]\nport = 1', 'line 2: [build] port is not known there; it belongs under [start]. Move it there'],
    [
      '[start]\nnode_version = "22"',
      'line 2: [start] node_version is not known there; node belongs under [build.versions]',
    ],
    [
      '[build.health]\npath = "/"',
      'line 1: [build] health is not known there; it belongs under [health] itself',
    ],
    ['path = "/"', 'it belongs under [health] or [[cron]]. Move it there'],
    [
      '[[cron]]\nschedule = "@daily"\nenabled = true',
      '[[cron]] enabled is not known there; it belongs under [sleep]',
    ],
    ['build = 1', 'line 1: [build] is not a table. Write [build] on a line of its own'],
    ['[build]\ncommand = 1', 'line 2: [build] command is not a text. Write it in quotes, as in command = '],
    ['[build]\nroot = "../x"', 'line 2: [build] root is not a path inside the source.'],
    ['[build]\nroot = "/x"', 'line 2: [build] root is not a path inside the source.'],
    [
      '[start]\nport = "80"',
      'line 2: [start] port is not a whole number. Write it without quotes, as in port =',
    ],
    ['[start]\nport = 0', 'line 2: [start] port is below 1. Write a number from 1 to 65535'],
    ['[env]\nA = 1', 'line 2: [env] A is not a text. Write it in quotes'],
    ['[env]\nPORT = "1"', 'line 2: [env] PORT is set by Berth itself.'],
    ['[build]\nargs.BUILDKIT_SYNTAX = "evil/frontend"', 'BUILDKIT_SYNTAX is a setting of BuildKit'],
    ['[env]\n"a b" = "1"', 'line 2: [env] a b is not a name for a variable.'],
    ['[processes]\nWeb = "x"', 'line 2: [processes] Web is not a name for a process type.'],
    ['[processes]\nweb = ["x"]', 'line 2: [processes] web is not a text.'],
    [
      '[sleep]\nfreeze_after = 30',
      'line 2: [sleep] freeze_after is not a duration. Write it in quotes with its unit',
    ],
    [
      '[sleep]\nfreeze_after = "30"',
      'line 2: [sleep] freeze_after is not a duration. Write a number with its unit',
    ],
    ['[sleep]\nenabled = "no"', 'line 2: [sleep] enabled is neither true nor false.'],
    [
      '[sleep]\nfreeze_after = "1h"\nstop_after = "1m"',
      'line 3: [sleep] stop_after is shorter than freeze_after.',
    ],
    ['[scale]\nmin = 3\nmax = 1', 'line 3: [scale] max is below min.'],
    [
      '[start]\ncommand = "a"\n[processes]\nweb = "b"',
      'line 4: [processes] web and [start] command both say',
    ],
    ['[limits]\nmemory = 512', 'line 2: [limits] memory is not a size. Write it in quotes with its unit'],
    ['[limits]\nbody_size = "10"', 'line 2: [limits] body_size is not a size. Write a number with its unit'],
    ['[limits]\nmemory = "1MB"', 'line 2: [limits] memory is out of range.'],
    ['[start]\nprotocol = "h3"', 'line 2: [start] protocol is neither "http" nor "h2c".'],
    ['[health]\npath = "x"', 'line 2: [health] path is not a path of a URL.'],
    ['[volumes]\nData = "/data"', 'line 2: [volumes] Data is not a name for a volume.'],
    ['[volumes]\ndata = 1', 'line 2: [volumes] data is not a path. Write it in quotes'],
    ['[volumes]\ndata = "data"', 'line 2: [volumes] data is not an absolute path'],
    [
      '[volumes]\nx = "/x"\nlog = "/tmp/log"',
      'line 3: [volumes] log is where the system keeps its own files.',
    ],
    ['[volumes]\na = "/data"\nb = "/data/b"', 'line 3: [volumes] b and a lie within each other.'],
    ['volumes = "/data"', 'line 1: [volumes] is not a table. Write [volumes] on a line of its own'],
    [
      `[volumes]\n${['a', 'b', 'c', 'd', 'e', 'f'].map((name) => `${name} = "/${name}1"`).join('\n')}`,
      'line 1: [volumes] has more than 5 entries.',
    ],
    ['[scale]\nmax = 2\n[volumes]\ndata = "/data"', 'line 2: [scale] asks for 2 instances'],
    ['[volumes]\ndata = "/data"\n[scale]\nmin = 2', 'line 4: [scale] asks for 2 instances'],
    ['[mounts]\nsource = "data"', 'line 1: [mounts] is not known; there is'],
    ['[__proto__]\na = 1', 'this is not TOML'],
  ])('names line and fix of %j', (text, message) => {
    expect(messageOf(text)).toContain(message);
    expect(messageOf(text)).toMatch(/, and push again\.( There is more .*)?$/);
  });

  it.each([
    ['[biuld]', '[build]'],
    ['[sleep]\nfreeze_aftr = "1s"', 'freeze_after'],
    ['[build]\nbase = "x"', 'root'],
    ['[http_service]', '[start]'],
    ['[build.versions]\nnodejs = "1"', 'node'],
    ['[mounts]', '[volumes]'],
  ])('offers what was meant by %j', (text, meant) => {
    expect(messageOf(text)).toContain(`Did you mean ${meant}? Correct it, and push again.`);
  });

  it('tells of more than one mistake', () => {
    expect(messageOf('[env]\nA = 1\nB = 2\n[scale]\nmin = "x"')).toMatch(
      /line 2: .* There is more to correct in line 3, 5\.$/,
    );
  });

  it('gives settings that a release can carry, or names a line, for any table', () => {
    const key = fc.constantFrom(...Object.keys(berthToml.shape), 'min', 'max', 'freeze_after', 'x');
    const value = fc.constantFrom('1', '"1s"', 'true', '"/a"', '[]', '{}', '1.5', '"a\\nb"');
    fc.assert(
      fc.property(fc.array(fc.tuple(key, key, value), { maxLength: 4 }), (rows) => {
        const text = rows.map(([table, name, one]) => `[${table}]\n${name} = ${one}`).join('\n');
        try {
          manifest.parse(parseBerthToml(text).manifest);
        } catch (error) {
          expect((error as Error).message).toMatch(/^berth\.toml, line \d+/);
        }
      }),
    );
  });

  it('has a complete example in its documentation, which names every table and key', async () => {
    const page = await readFile('docs/berth-toml.md', 'utf8');
    const example = /```toml\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
    expect(parseBerthToml(example).manifest.sleep.freezeAfterSeconds).toBeGreaterThan(0);
    for (const [table, schema] of Object.entries(berthToml.shape)) {
      expect(page).toContain(`[${table}]`);
      const outer = schema.unwrap();
      const inner = outer instanceof z.ZodArray ? outer.element : outer;
      if ('shape' in inner)
        for (const name of Object.keys(inner.shape)) expect(page).toContain(`\`${name}\``);
    }
  });
});

describe('a plan with berth.toml', () => {
  const node = { 'package.json': '{"scripts":{"start":"node a.js"}}', 'a.js': '' };

  it('builds the folder that it names as root, and that alone', async () => {
    const plan = await planOf({
      'berth.toml': '[build]\nroot = "apps/web"',
      'apps/web/package.json': node['package.json'],
      'apps/web/a.js': '',
      'index.html': '',
    });
    expect(plan).toMatchObject({ language: 'node', root: 'apps/web' });
    expect(plan.choices[0]).toMatchObject({ what: 'Root folder', value: 'apps/web' });
  });

  it('refuses a root without files, and offers a near one', async () => {
    await expect(
      planOf({ 'berth.toml': '[build]\nroot = "apps/wbe"', 'apps/web/index.html': '' }),
    ).rejects.toThrow(
      'names "apps/wbe" as root under [build], and the source has no files there. Did you mean "apps/web"?',
    );
  });

  it('takes its processes before those of a Procfile, type by type', async () => {
    const plan = await planOf({
      ...node,
      Procfile: 'web: node p.js\nclock: node c.js',
      'berth.toml': '[start]\ncommand = "node t.js"\n[processes]\nworker = "node w.js"',
    });
    expect(plan.processes).toEqual({
      web: ['node', 't.js'],
      worker: ['node', 'w.js'],
      clock: ['node', 'c.js'],
    });
    expect(plan.choices.find(({ what }) => what === 'Start command')?.why).toBe(
      'berth.toml says so for "web".',
    );
  });

  it('uses the language, commands, port and health path that it names', async () => {
    const plan = await planOf({
      ...node,
      Dockerfile: 'FROM x',
      'berth.toml':
        '[build]\nlanguage = "node"\ninstall = "npm i --force"\ncommand = "npm run x && y"\nenv.A = "1"\n[start]\nport = 81\n[health]\npath = "/h"',
    });
    expect(plan).toMatchObject({ language: 'node', port: 81, healthPath: '/h' });
    expect(plan.dockerfile).toContain('["npm","i","--force"]');
    expect(plan.dockerfile).toContain('["/bin/sh","-c","npm run x && y"]');
    // What only the build needs is not in the image.
    expect(plan.dockerfile.split('\n').filter((line) => line === 'ENV A="1"')).toHaveLength(1);
    expect(plan.finalStage.map(({ instruction }) => instruction)).not.toContain('ENV A="1"');
  });

  it('names the languages there are when it asks for another', async () => {
    await expect(planOf({ ...node, 'berth.toml': '[build]\nlanguage = "nod"' })).rejects.toThrow(
      /names "nod" as language.*Did you mean "node"\? It knows dockerfile, .*node/,
    );
  });

  it('builds a Dockerfile of another name, to a stage, with arguments', async () => {
    const plan = await planOf({
      ...node,
      'deploy/web.Dockerfile': 'ARG V=1\nFROM a:$V AS one\nCMD x\nFROM b\nCMD y',
      'berth.toml': '[build]\ndockerfile = "deploy/web.Dockerfile"\ntarget = "one"\nargs.V = "2"',
    });
    expect(plan).toMatchObject({ language: 'dockerfile', target: 'one', buildArgs: { V: '2' } });
    expect(plan.choices.find(({ what }) => what === 'Base image')?.value).toBe('a:2');
  });

  it('does not let an argument lead a Dockerfile to this host’s registry', async () => {
    await expect(
      planOf({
        Dockerfile: 'ARG B=x\nFROM $B',
        'berth.toml': '[build]\nargs.B = "127.0.0.1:5000/apps/other"',
      }),
    ).rejects.toMatchObject({ code: 'dockerfile_base' });
  });

  it.each([
    ['dockerfile = "gone"', 'dockerfile_missing'],
    ['target = "gone"', 'dockerfile_target'],
  ])('refuses [build] %s', async (line, code) => {
    await expect(
      planOf({ Dockerfile: 'FROM a AS b', 'berth.toml': `[build]\n${line}` }),
    ).rejects.toMatchObject({ code });
  });

  it('says that a berth.toml below the root is not read', async () => {
    const plan = await planOf({
      'berth.toml': '[build]\nroot = "a"',
      'a/index.html': '',
      'a/berth.toml': '[env]\nX = "1"',
    });
    expect(plan.manifest?.env).toEqual({});
    expect(plan.warnings.join()).toContain('a/berth.toml is not read');
  });

  it('follows the file of the app’s own name where there is one, and speaks of that', async () => {
    const source = {
      'berth.toml': '[build]\nroot = "site"',
      'berth.api.toml': '[build]\nroot = "api"\n[start]\nport = 81',
      'berth.odd.toml': '[start]\nport = "x"',
      'site/index.html': '',
      'api/package.json': node['package.json'],
    };
    expect((await planOf(source)).root).toBe('site');
    expect((await planOf(source, 'web')).root).toBe('site');
    const plan = await planOf(source, 'api');
    expect(plan).toMatchObject({ root: 'api', port: 81 });
    expect(plan.choices[0]?.why).toBe('berth.api.toml says so.');
    await expect(planOf(source, 'odd')).rejects.toMatchObject({
      message: expect.stringContaining('berth.odd.toml, line 2'),
      details: { file: 'berth.odd.toml', line: 2 },
    });
  });
});
