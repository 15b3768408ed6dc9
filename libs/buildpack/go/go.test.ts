import { describe, expect, it } from 'vitest';
import { APP, planOf, stage } from '../plan-of.js';
import { programName } from './module.js';
import { isNewer } from './version.js';

const mod = (rest = 'go 1.24') => `module example.org/shop\n\n${rest}\n`;
const main = 'package main\n\nfunc main() {}\n';
const lib = 'package lib\n';

describe('Go plan', () => {
  it('compiles a static program with both caches of the app, and puts it on a tiny image', async () => {
    const plan = await planOf({ 'go.mod': mod(), 'go.sum': '', 'main.go': main, 'lib/x.go': lib });
    expect(stage(plan.dockerfile, 1).at(-1)).toBe(
      `RUN --mount=type=cache,id=berth-${APP}-go-modules,target=/home/app/go/pkg/mod,uid=1000,gid=1000 ` +
        `--mount=type=cache,id=berth-${APP}-go-build,target=/home/app/.cache/go-build,from=library,source=/home/app/library,uid=1000,gid=1000 ` +
        '["go","build","-trimpath","-ldflags=-s -w","-o","/app/bin/","."]',
    );
    expect(stage(plan.dockerfile, 1)).toContain('ENV CGO_ENABLED="0"');
    expect(plan.dockerfile).toContain('FROM stack/tiny\n');
    expect(plan.processes).toEqual({ web: ['/app/bin/shop'] });
    expect(stage(plan.dockerfile, -1).join('\n')).not.toContain('RUN');
  });

  it.each([
    ['the only program', { 'cmd/anything/main.go': main }, '/app/bin/anything'],
    ['the root', { 'main.go': main, 'cmd/worker/main.go': main }, '/app/bin/shop'],
    ['a telling name', { 'cmd/worker/main.go': main, 'cmd/server/main.go': main }, '/app/bin/server'],
    ['the name of the module', { 'cmd/shop/a.go': main, 'cmd/migrate/main.go': main }, '/app/bin/shop'],
    [
      'past tools, examples and tests',
      {
        'cmd/x/main.go': main,
        'tools/gen/main.go': main,
        'examples/a/main.go': main,
        'vendor/y/main.go': main,
        'a_test.go': main,
      },
      '/app/bin/x',
    ],
    [
      'past files that are kept out',
      { 'gen.go': `//go:build ignore\n\n${main}`, 'shop.go': lib, 'cmd/x/main.go': main },
      '/app/bin/x',
    ],
    ['behind a long licence', { 'main.go': `/*\n${'Licence. '.repeat(300)}\n*/\n${main}` }, '/app/bin/shop'],
  ])('starts %s', async (_, files, program) => {
    const plan = await planOf({ 'go.mod': mod(), ...(files as unknown as Record<string, string>) });
    expect(plan.processes.web).toEqual([program]);
  });

  it('starts what a Procfile names, and builds all programs for it', async () => {
    const plan = await planOf({
      'go.mod': mod(),
      'cmd/a/main.go': main,
      'cmd/b/main.go': main,
      Procfile: 'web: bin/b -listen :$PORT\nworker: bin/a',
    });
    expect(plan.processes).toEqual({
      web: ['/bin/sh', '-c', 'exec bin/b -listen :$PORT'],
      worker: ['bin/a'],
    });
    expect(plan.dockerfile).toContain('"/app/bin/","./cmd/a","./cmd/b"]');
  });

  it.each([
    [
      'several programs',
      { 'cmd/a/main.go': main, 'cmd/b/main.go': main },
      /2 programs \(cmd\/a, cmd\/b\).*Procfile with the line "web: bin\/a"/,
    ],
    ['a library', { 'lib.go': lib }, /is a library.*Add a main.go/],
  ])('refuses %s with what to write', async (_, files, message) => {
    await expect(
      planOf({ 'go.mod': mod(), ...(files as unknown as Record<string, string>) }),
    ).rejects.toMatchObject({
      code: 'no_start_command',
      message: expect.stringMatching(message),
    });
  });

  it('refuses a go.mod without a module', async () => {
    await expect(planOf({ 'go.mod': 'go 1.24\n', 'main.go': main })).rejects.toMatchObject({
      code: 'go_mod_invalid',
    });
  });

  it('takes along what the program may read, and no Go files', async () => {
    const plan = await planOf({
      'go.mod': mod(),
      'main.go': main,
      'templates/a.html': '',
      'internal/x/x.go': lib,
      'web/handler.go': lib,
      'config.yaml': '',
      'README.md': '',
    });
    expect(stage(plan.dockerfile, -1).filter((line) => line.startsWith('COPY'))).toEqual([
      'COPY --from=build --chown=1000:1000 ["/app/bin/","./bin/"]',
      'COPY --chown=1000:1000 ["app/config.yaml","./"]',
      'COPY --chown=1000:1000 ["app/templates/","./templates/"]',
    ]);
  });

  it.each([
    ['go 1.99', 'auto', 'Go 1.99'],
    ['go 1.22\n\ntoolchain go1.98.1', 'auto', 'Go 1.98.1'],
    ['go 1.21', 'auto', 'Go 1.27.4'],
  ])('follows the version of go.mod: %s', async (rest, toolchain, value) => {
    const plan = await planOf({ 'go.mod': mod(rest), 'main.go': main });
    expect(plan.dockerfile).toContain(`ENV GOTOOLCHAIN="${toolchain}"`);
    expect(plan.choices[0]).toMatchObject({ what: 'Toolchain', value });
  });

  it('compiles with exactly the version that berth.toml names', async () => {
    const toml = '[build.versions]\ngo = "1.25.3"\n';
    const plan = await planOf({ 'go.mod': mod(), 'main.go': main, 'berth.toml': toml });
    expect(plan.dockerfile).toContain('ENV GOTOOLCHAIN="go1.25.3"');
  });

  it('wins over a package.json beside it when it has a program, and only then', async () => {
    const node = { 'package.json': '{"scripts":{"start":"node s.js"}}', 's.js': '' };
    expect((await planOf({ ...node, 'go.mod': mod(), 'main.go': main })).language).toBe('go');
    expect((await planOf({ ...node, 'go.mod': mod(), 'lib.go': lib })).language).toBe('node');
  });
});

describe('names and versions', () => {
  it.each([
    ['example.org/shop', 'shop'],
    ['example.org/shop/v2', 'shop'],
    ['example.org/shop/cmd/web', 'web'],
    ['shop', 'shop'],
    ['example.org/shop/', 'shop'],
  ])('%s builds %s', (path, name) => {
    expect(programName(path)).toBe(name);
  });

  it.each([
    ['1.28', '1.27.4', true],
    ['1.27.5', '1.27.4', true],
    ['1.27.4', '1.27.4', false],
    ['1.27', '1.27.4', false],
    ['1.9', '1.27.4', false],
    ['2.0', '1.27.4', true],
  ])('%s is newer than %s: %s', (a, b, answer) => {
    expect(isNewer(a, b)).toBe(answer);
  });
});
