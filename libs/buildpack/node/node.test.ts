import { describe, expect, it } from 'vitest';
import { APP, planOf, stage } from '../plan-of.js';

const json = (value: object) => JSON.stringify(value);

describe('Node plan', () => {
  it('puts dependencies below the source and runs nothing after the source', async () => {
    const plan = await planOf({
      'package.json': json({ dependencies: { express: '5' }, scripts: { start: 'node server.js' } }),
      'package-lock.json': '{}',
      'server.js': '',
    });
    expect(stage(plan.dockerfile, 0).at(-1)).toBe(
      `RUN --mount=type=cache,id=berth-${APP}-npm,target=/home/app/.npm,uid=1000,gid=1000 ` +
        '["npm","ci","--omit=dev"]',
    );
    const last = stage(plan.dockerfile, -1);
    expect(last.slice(-3)).toEqual([
      'COPY --from=dependencies --chown=1000:1000 ["/app/node_modules/","/app/node_modules/"]',
      'COPY --chown=1000:1000 ["app/","/app/"]',
      'CMD ["node","server.js"]',
    ]);
    expect(last.join('\n')).not.toContain('RUN');
    expect(plan.dependencyFiles).toEqual(['package.json', 'package-lock.json']);
    expect(plan.processes).toEqual({ web: ['node', 'server.js'] });
  });

  it('installs without a lockfile too, and says what that means', async () => {
    const plan = await planOf({
      'package.json': json({ main: 'a.js', dependencies: { x: '1' } }),
      'a.js': '',
    });
    expect(plan.dockerfile).toContain('["npm","install","--omit=dev"');
    expect(plan.choices.find(({ what }) => what === 'Dependencies')?.why).toContain('no lockfile');
  });

  it('installs nothing when there is nothing to install', async () => {
    const plan = await planOf({ 'server.js': '' });
    expect(plan.dockerfile).not.toContain('RUN');
    expect(plan.detectedBy).toBe('server.js');
  });

  it('runs a build script with development dependencies, and leaves these out of the image', async () => {
    const plan = await planOf({
      'package.json': json({
        scripts: { build: 'tsc', start: 'node dist/x.js' },
        dependencies: { a: '1' },
        devDependencies: { typescript: '6' },
      }),
      'package-lock.json': '{}',
      'x.ts': '',
    });
    const build = stage(plan.dockerfile, 0);
    expect(build.findIndex((line) => line.includes('"npm","ci","--include=dev"'))).toBeLessThan(
      build.indexOf('COPY --chown=1000:1000 ["app/","/app/"]'),
    );
    expect(build.at(-1)).toMatch(/^RUN --mount=type=cache,\S+ \["npm","run","build"\]$/);
    expect(plan.dockerfile).toContain('"npm","prune","--omit=dev"');
    expect(stage(plan.dockerfile, -1).filter((line) => line.startsWith('COPY'))).toEqual([
      'COPY --from=modules --chown=1000:1000 ["/app/node_modules/","/app/node_modules/"]',
      'COPY --from=output --chown=1000:1000 ["/app/","/app/"]',
    ]);
  });

  it('has the source there before installing when the installation may read it, and says why', async () => {
    for (const manifest of [
      { scripts: { postinstall: 'node x.js', start: 'node s.js' }, dependencies: { a: '1' } },
      { scripts: { start: 'node s.js' }, dependencies: { a: 'file:./lib/a' } },
    ]) {
      const plan = await planOf({ 'package.json': json(manifest), 's.js': '' });
      const build = stage(plan.dockerfile, 0);
      expect(build.findIndex((line) => line.startsWith('COPY'))).toBeLessThan(
        build.findIndex((line) => line.startsWith('RUN')),
      );
      expect(plan.warnings.join()).toMatch(/installed anew for each change of the source, because/);
    }
  });

  it.each([
    [
      'Procfile',
      { 'package.json': json({ scripts: { start: 'node a.js' } }), Procfile: 'web: node b.js' },
      ['node', 'b.js'],
    ],
    [
      'start script',
      { 'package.json': json({ scripts: { start: 'node a.js' }, main: 'm.js' }), 'm.js': '' },
      ['node', 'a.js'],
    ],
    [
      'start script of another tool',
      { 'package.json': json({ scripts: { start: 'next start' } }) },
      ['next', 'start'],
    ],
    [
      'file that a dev script watches, where nothing else says it',
      {
        'package.json': json({ scripts: { dev: 'nodemon -L src/web.js' }, main: 'index.js' }),
        'src/web.js': '',
      },
      ['node', 'src/web.js'],
    ],
    [
      'start:prod, beside a start of Nest for its author',
      { 'package.json': json({ scripts: { start: 'nest start', 'start:prod': 'node dist/main' } }) },
      ['node', 'dist/main'],
    ],
    [
      'start script with hooks',
      { 'package.json': json({ scripts: { start: 'node a.js', prestart: 'x' } }) },
      ['npm', 'start'],
    ],
    [
      'main',
      { 'package.json': json({ main: './lib' }), 'lib/index.js': '', 'server.js': '' },
      ['node', 'lib/index.js'],
    ],
    ['server.js', { 'package.json': '{}', 'server.js': '', 'index.js': '' }, ['node', 'server.js']],
    ['index.js', { 'package.json': json({ main: 'gone.js' }), 'index.js': '' }, ['node', 'index.js']],
  ])('starts by %s first', async (_, files, args) => {
    expect((await planOf(files as Record<string, string>)).processes.web).toEqual(args);
  });

  it('names the files that it looked at and what to write, when nothing says how to start', async () => {
    await expect(planOf({ 'package.json': json({ main: 'gone.js' }) })).rejects.toMatchObject({
      code: 'no_start_command',
      message: expect.stringMatching(
        /neither berth.toml nor a Procfile .*"gone.js" as "main", which is not there.*server.js, index.js.*command = "node your-file.js"/,
      ),
    });
  });

  it.each([
    ['{\n  "name": "x",\n  oops\n}', 'package.json, line 3'],
    ['{"a": 1', 'package.json, line 1'],
    ['[]', 'package.json: the whole file'],
    ['{"scripts": {"start": 1}}', 'package.json: "scripts.start"'],
  ])('names the place of what is wrong in %j', async (text, message) => {
    await expect(planOf({ 'package.json': text })).rejects.toThrow(message);
  });

  it('leaves a page with tools beside it to the static language', async () => {
    const files = { 'package.json': json({ devDependencies: { prettier: '3' } }), 'index.html': '' };
    expect((await planOf(files)).language).toBe('static');
  });

  it('keeps the other process types of a Procfile', async () => {
    const plan = await planOf({ 'package.json': '{}', 'server.js': '', Procfile: 'worker: node w.js $Q' });
    expect(plan.processes).toEqual({
      web: ['node', 'server.js'],
      worker: ['/bin/sh', '-c', 'exec node w.js $Q'],
    });
  });

  it('gives the same plan for the same files', async () => {
    const files = { 'package.json': json({ dependencies: { a: '1' } }), 'server.js': 'x' };
    expect(await planOf(files)).toEqual(await planOf(files));
  });
});
