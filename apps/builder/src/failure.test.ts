import { describe, expect, it } from 'vitest';
import { BerthError } from '#libs/core/errors.js';
import { BuildFailed } from '#libs/images/build-image.js';
import { BuildLog } from './build-log.js';
import { describeFailure, type FailureFacts } from './failure.js';
import { Masker } from './masker.js';
import { Stopped } from './stopped.js';

const facts: FailureFacts = {
  step: 'build',
  limits: { memoryMb: 64, cpus: 1, pids: 50, diskMb: 100, seconds: 9, minFreeDiskMb: 1 },
  guarded: null,
};
const step = (error: string) => ({
  digest: 'd',
  name: '[dependencies 2/2] RUN --mount=type=cache,id=a [npm,ci]',
  cached: false,
  startedAt: null,
  endedAt: null,
  error,
});

function describeWith(error: unknown, lines: string[] = [], more: Partial<FailureFacts> = {}) {
  const log = new BuildLog(async () => undefined, new Masker({ TOKEN: 'very-secret' }));
  lines.forEach((line) => log.output(line));
  return describeFailure(error, log, { ...facts, ...more });
}

describe('failure', () => {
  it('names the step, its exit code, its last lines and what to try; secrets are masked', () => {
    const error = new BuildFailed('x', step('process "npm" did not complete successfully: exit code: 1'));
    const lines = [
      ...Array.from({ length: 40 }, (_, index) => `line ${index}`),
      'npm error code E404 very-secret',
    ];
    const failure = describeWith(error, lines);
    expect(failure).toMatchObject({
      code: 'build_failed',
      step: 'build',
      message: 'The step "npm ci" ended with exit code 1.',
    });
    expect(failure.lines).toHaveLength(20);
    expect(failure.lines.at(-1)).toBe('npm error code E404 [TOKEN]');
  });

  it('knows a lockfile that disagrees', () => {
    const error = new BuildFailed('x', step('exit code: 1'));
    const failure = describeWith(error, [
      'npm error `npm ci` can only install packages when your package.json and package-lock.json or npm-shrinkwrap.json are in sync.',
      ...Array.from({ length: 60 }, () => 'npm error usage'),
    ]);
    expect(failure.hint).toContain('commit package-lock.json');
  });

  it.each([
    [
      'npm error The `npm ci` command can only install with an existing package-lock.json or',
      'package-lock.json',
    ],
    [' ERR_PNPM_BROKEN_LOCKFILE  The lockfile at "/app/pnpm-lock.yaml" is broken', 'pnpm-lock.yaml'],
    ['error Your lockfile needs to be updated, but yarn was run with `--frozen-lockfile`.', 'yarn.lock'],
    ['➤ YN0028: │ The lockfile would have been modified by this install', 'yarn.lock'],
    ['error: lockfile had changes, but lockfile is frozen', 'bun.lock'],
  ])('names the lockfile and the fix of %j', (line, file) => {
    const { hint } = describeWith(new BuildFailed('x', step('exit code: 1')), [line, 'more']);
    expect(hint).toContain(`${file} is broken`);
    expect(hint).toMatch(/run "(?:npm|pnpm|yarn|bun) install" on your machine, commit the file/);
  });

  it.each([
    ['error: Failed to parse `uv.lock`', 'uv.lock', 'uv lock'],
    ['error: The lockfile at `uv.lock` needs to be updated, but `--frozen`', 'uv.lock', 'uv lock'],
    [
      'pyproject.toml changed significantly since poetry.lock was last generated.',
      'poetry.lock',
      'poetry lock',
    ],
    ['Your Pipfile.lock (1a2b3c) is out of date. Run `pipenv lock`', 'Pipfile.lock', 'pipenv lock'],
    ['main.go:9:2: missing go.sum entry for module providing package x', 'go.sum', 'go mod tidy'],
    ['malformed go.sum:\n/app/go.sum:1: wrong number of fields 6', 'go.sum', 'go mod tidy'],
    ['error: failed to parse lock file at: /app/Cargo.lock', 'Cargo.lock', 'cargo update'],
    [
      'error: the lock file /app/Cargo.lock needs to be updated but --locked was passed',
      'Cargo.lock',
      'cargo',
    ],
    ['"./composer.lock" does not contain valid JSON', 'composer.lock', 'composer update'],
    [
      'Your lockfile is unreadable. Run `rm Gemfile.lock` and then `bundle install`',
      'Gemfile.lock',
      'bundle lock',
    ],
  ])('names the lockfile of another language and the command that mends it: %j', (line, file, command) => {
    const { hint } = describeWith(new BuildFailed('x', step('exit code: 1')), [...line.split('\n'), 'more']);
    expect(hint).toContain(`${file} is broken`);
    expect(hint).toContain(`run "${command}`);
  });

  it.each([
    'Tests  1 failed | 3 passed (4)',
    '# fail 2',
    'ℹ fail 1',
    '[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 0',
    '--- FAIL: TestPage (0.00s)',
    'test result: FAILED. 1 passed; 1 failed; 0 ignored',
    '1 failed, 2 passed in 0.12s',
  ])('says of a build that runs tests that one of them failed, and how to leave them out: %s', (line) => {
    const { hint } = describeWith(new BuildFailed('x', step('exit code: 1')), [line, 'sh: 1: x: not found']);
    expect(hint).toMatch(/^A test failed.*command = "…" under \[build\] in berth.toml/);
    const passed = describeWith(new BuildFailed('x', step('exit code: 1')), ['0 failed, 3 passed']);
    expect(passed.hint).toBeNull();
  });

  it.each([
    [
      'Failed to clone https://git.example.org/a/b.git via https, ssh protocols',
      /could not reach git\.example\.org .* commit vendor\//,
    ],
    [
      'curl error 6 while downloading https://repo.example.org/packages.json: Could not resolve host',
      /could not reach repo\.example\.org/,
    ],
    [
      '  × Failed to build `psycopg2-binary==2.9.9`',
      /^psycopg2-binary==2\.9\.9 has no build for this Python.*raise its version/,
    ],
    [
      '[ERROR] Source option 5 is no longer supported. Use 8 or later.',
      /compiled for Java 5, .* write <maven\.compiler\.source>17.* under <properties> in pom\.xml/,
    ],
    [
      "error: Import 'https://deno.land/x/postgres@v0.19.3/mod.ts' failed.",
      /could not fetch modules from deno\.land: .*"vendor": true in deno\.json.* commit vendor\//,
    ],
    [
      "Could not find gem 'sinatra (~> 4)' in locally installed gems.",
      /"bundle cache" on your machine, commit vendor\/cache/,
    ],
    ['Could not reach host gems.example.org. Check your network connection and try', /commit vendor\/cache/],
    ['error: no matching package named `axun` found', /^Cargo.toml asks for axun/],
    [
      "ImproperlyConfigured: You're using the staticfiles app without having set the STATIC_ROOT setting to a filesystem path.",
      /only under a condition .* \[build\.env\]/,
    ],
    ['error: package `a v1` requires rustc 1.91.0 or newer', /channel = "1\.91\.0" under \[toolchain\]/],
    [
      "error: could not download file from 'https://rust.example.org/dist/channel-rust-1.91.toml.sha256' to '/x'",
      /could not fetch Rust from https:\/\/rust\.example\.org: .*RUSTUP_DIST_SERVER/,
    ],
    [
      'error: cyclic package dependency: package `a v0.1.0 (/app/a)` depends on itself. Cycle:',
      /circle that a is part of .* its Cargo\.toml/,
    ],
    [
      'Downloading https://services.example.org/distributions/gradle-8.14.3-bin.zip\nException in thread "main" java.net.UnknownHostException: services.example.org',
      /^The app's Gradle wrapper could not fetch https:\/\/services\.example\.org\S+: .*distributionUrl/,
    ],
    [
      "* What went wrong:\nPlugin [id: 'org.springframework.boot', version: '3.4.1'] was not found in any of the following sources:",
      /^Gradle did not find org\.springframework\.boot: .*build\.gradle/,
    ],
    [
      'Could not resolve org.example:lib:1.2.\n Could not get resource',
      /^Gradle did not find org\.example:lib:1\.2/,
    ],
    [
      '[ERROR] Plugin org.example:x-plugin:3.1 or one of its dependencies could not be resolved:',
      /org\.example:x-plugin:3\.1.*pom\.xml/,
    ],
    ['[FATAL] Non-parseable POM /app/pom.xml: unexpected end tag', /^pom\.xml is not well-formed/],
  ])('says what to do where a package cannot be had: %s', (line, wanted) => {
    const { hint } = describeWith(new BuildFailed('x', step('exit code: 1')), [line, 'sh: 1: x: not found']);
    expect(hint).toMatch(wanted);
  });

  it.each([' ERR_PNPM_FETCH_404  GET x/-/x-0.6.1.tgz: Not Found - 404', `npm error code E404`])(
    'knows a package that is not in the registry: %s',
    (line) => {
      const { hint } = describeWith(new BuildFailed('x', step('exit code: 1')), [line, `'x@0.6.1'`]);
      expect(hint).toContain('not in the registry');
    },
  );

  it('says where to write the folder that a build makes, when it made none where it was looked for', () => {
    const error = new BuildFailed('failed to compute cache key: "/app/dist" not found: not found', null);
    expect(describeWith(error).hint).toMatch(/Nothing is at \/app\/dist\. .* write publish under \[build\]/);
  });

  it('names the host that a build could not reach, and takes no warning for the reason', () => {
    const { hint } = describeWith(new BuildFailed('x', step('exit code: 1')), [
      'npm warn EBADENGINE Unsupported engine',
      'Error: getaddrinfo ENOTFOUND downloads.example.org',
    ]);
    expect(hint).toContain('wanted downloads.example.org');
  });

  it.each([
    'npm error code EAI_AGAIN',
    '  cause: dns error',
    'ConnectionError: [Errno -3] Temporary failure in name resolution',
    'go: gin@v1: Get "https://proxy.example/gin": dial tcp: lookup proxy.example on 10.0.0.1:53: no such host',
    'dial tcp 192.0.2.1:443: i/o timeout',
  ])('names the way out where a registry of packages is out of reach: %s', (line) => {
    const { hint } = describeWith(new BuildFailed('x', step('exit code: 1')), [line]);
    expect(hint).toContain('berth mirrors');
  });

  it('tells a build that met a limit from one that failed otherwise, whatever its exit code', () => {
    const killed = (memoryKills: number, refusedForks = 0) => ({ guarded: { memoryKills, refusedForks } });
    for (const code of [1, 137]) {
      const error = new BuildFailed('x', step(`exit code: ${code}`));
      expect(describeWith(error, [], killed(1))).toMatchObject({
        code: 'build_out_of_memory',
        message: expect.stringMatching(/64 MiB.*"npm ci"/),
      });
      expect(describeWith(error, [], killed(0, 1)).code).toBe('build_too_many_processes');
      expect(describeWith(error, [], killed(0)).code).toBe('build_failed');
    }
  });

  it('says how long a build may take', () => {
    expect(describeWith(new Stopped('timeout'))).toMatchObject({
      code: 'build_timeout',
      message: expect.stringContaining('9 seconds'),
    });
  });

  it('passes on what Berth itself refuses, and hides what it did not expect', () => {
    expect(describeWith(new BerthError('no_language', 'Say so.'))).toMatchObject({
      code: 'no_language',
      message: 'Say so.',
    });
    expect(describeWith(new TypeError('x is undefined')).message).not.toContain('undefined');
  });
});
