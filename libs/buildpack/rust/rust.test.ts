import { describe, expect, it } from 'vitest';
import { APP, planOf, stage } from '../plan-of.js';

const pkg = (name: string, rest = '') => `[package]\nname = "${name}"\nversion = "1.0.0"\n${rest}`;
const main = 'fn main() {}\n';

describe('Rust plan', () => {
  it('compiles with the app’s own caches and puts the program on a small image', async () => {
    const plan = await planOf({
      'Cargo.toml': pkg('shop'),
      'Cargo.lock': '',
      'src/main.rs': main,
      'static/a.css': '',
    });
    const build = stage(plan.dockerfile, 0);
    // Else cargo, which goes by times, takes an older source for built.
    expect(build.at(-2)).toBe('RUN ["find","/app","-type","f","-exec","touch","{}","+"]');
    expect(build.at(-1)).toContain(
      `--mount=type=cache,id=berth-${APP}-rust-target,target=/home/app/.cache/target,`,
    );
    expect(build.at(-1)).toContain(
      '["cargo","install","--path",".","--root","/app","--no-track","--force","--locked"]',
    );
    expect(plan.processes).toEqual({ web: ['/app/bin/shop'] });
    expect(stage(plan.dockerfile, -1).filter((line) => /^(COPY|RUN)/.test(line))).toEqual([
      'COPY --from=build --chown=1000:1000 ["/app/bin/","./bin/"]',
      'COPY --chown=1000:1000 ["app/static/","./static/"]',
    ]);
    expect(plan.warnings).toEqual([]);
  });

  it('tells Rocket, which reads no PORT, where to listen', async () => {
    const cargo = pkg('shop', '[dependencies]\nrocket = "0.5"\n');
    const { processes } = await planOf({ 'Cargo.toml': cargo, 'src/main.rs': main });
    expect(processes.web).toEqual(['/bin/sh', '-c', 'ROCKET_PORT=$PORT exec /app/bin/shop']);
  });

  it.each([
    [
      'the only program',
      { 'Cargo.toml': pkg('x', '[[bin]]\nname = "serve"\npath = "src/main.rs"\n'), 'src/main.rs': main },
      '/app/bin/serve',
      '.',
    ],
    [
      'default-run',
      { 'Cargo.toml': pkg('x', 'default-run = "b"\n'), 'src/bin/a.rs': main, 'src/bin/b.rs': main },
      '/app/bin/b',
      '.',
    ],
    [
      'the package’s own program',
      { 'Cargo.toml': pkg('x'), 'src/main.rs': main, 'src/bin/a.rs': main },
      '/app/bin/x',
      '.',
    ],
    [
      'a member of a workspace',
      {
        'Cargo.toml': '[workspace]\nmembers = ["crates/*"]\nexclude = ["crates/old"]\n',
        'crates/lib/Cargo.toml': pkg('lib'),
        'crates/lib/src/lib.rs': '',
        'crates/web/Cargo.toml': pkg('shop-web'),
        'crates/web/src/main.rs': main,
        'crates/old/Cargo.toml': pkg('old'),
        'crates/old/src/main.rs': main,
        'other/Cargo.toml': pkg('o'),
        'other/src/main.rs': main,
      },
      '/app/bin/shop-web',
      './crates/web',
    ],
    [
      'a telling name',
      {
        'Cargo.toml': '[workspace]\nmembers = ["a", "b"]\n',
        'a/Cargo.toml': pkg('worker'),
        'a/src/main.rs': main,
        'b/Cargo.toml': pkg('server'),
        'b/src/main.rs': main,
      },
      '/app/bin/server',
      './b',
    ],
  ])('starts %s', async (_, files, program, path) => {
    const plan = await planOf(files as unknown as Record<string, string>);
    expect(plan.processes.web).toEqual([program]);
    expect(plan.dockerfile).toContain(`"cargo","install","--path","${path}"`);
    expect(plan.warnings.join()).toContain('no Cargo.lock');
  });

  it('compiles the packages that a Procfile names, and no others', async () => {
    const plan = await planOf({
      'Cargo.toml': '[workspace]\nmembers = ["*"]\n',
      'a/Cargo.toml': pkg('a1'),
      'a/src/main.rs': main,
      'b/Cargo.toml': pkg('b1'),
      'b/src/main.rs': main,
      'c/Cargo.toml': pkg('c1'),
      'c/src/main.rs': main,
      Procfile: 'web: bin/b1 --port $PORT\nworker: c1',
    });
    expect([...plan.dockerfile.matchAll(/"--path","\.\/(\w)"/g)].map((match) => match[1])).toEqual([
      'b',
      'c',
    ]);
  });

  it('finds programs where a Procfile of another platform has them', async () => {
    const plan = await planOf({
      'Cargo.toml': pkg('shop'),
      'src/main.rs': main,
      Procfile: 'web: ./target/release/shop --port $PORT\nworker: target/release/shop work',
    });
    expect(plan.processes).toEqual({
      web: ['/bin/sh', '-c', 'exec bin/shop --port $PORT'],
      worker: ['bin/shop', 'work'],
    });
  });

  it.each([
    [
      'a library',
      { 'Cargo.toml': pkg('x'), 'src/lib.rs': '' },
      'no_start_command',
      /neither src\/main.rs nor a \[\[bin\]\]/,
    ],
    [
      'several programs',
      { 'Cargo.toml': pkg('x'), 'src/bin/a.rs': main, 'src/bin/b.rs': main },
      'no_start_command',
      /2 programs \(a, b\).*default-run = "a"/,
    ],
    [
      'a Rust that is none',
      { 'Cargo.toml': pkg('x'), 'src/main.rs': main, 'rust-toolchain': 'newest' },
      'rust_version',
      /rust-toolchain asks for Rust newest, .* Write a version such as "1.91"/,
    ],
    [
      'broken TOML',
      { 'Cargo.toml': '[package\n', 'src/main.rs': main },
      'toml_invalid',
      /Cargo.toml, line 1/,
    ],
  ])('refuses %s with what to do', async (_, files, code, message) => {
    await expect(planOf(files as unknown as Record<string, string>)).rejects.toMatchObject({
      code,
      message: expect.stringMatching(message),
    });
  });

  it.each([
    ['rust-toolchain.toml', '[toolchain]\nchannel = "nightly-2026-01-01"\n', 'nightly-2026-01-01'],
    ['rust-toolchain', '1.90.0\n', '1.90.0'],
    ['rust-toolchain', 'stable\n', null],
    ['rust-toolchain.toml', '[toolchain]\nchannel = "1.80"\n', null],
    ['berth.toml', '[build.versions]\nrust = "1.80"\n', '1.80'],
    ['berth.toml', '[build.versions]\nrust = "stable"\n', 'stable'],
    ['Cargo.toml', pkg('x', 'rust-version = "1.91"\n'), '1.91'],
    ['Cargo.toml', pkg('x', 'rust-version = "1.85"\n'), null],
  ])('is compiled by the Rust that %s asks for: %j', async (path, text, channel) => {
    const files = { 'Cargo.toml': pkg('x'), 'Cargo.lock': '', 'src/main.rs': main, [path]: text };
    const plan = await planOf(files);
    expect(plan.stacks).toEqual([channel === null ? 'rust-build' : 'rustup-build', 'native']);
    expect(plan.choices[0]?.value).toBe(channel === null ? 'Rust 1.85' : `Rust ${channel}, by rustup`);
    const lines = stage(plan.dockerfile, 0);
    const fetched = lines.findIndex((line) => line.includes('"rustup","toolchain","install"'));
    // Before the source, so that a change of it does not fetch anew.
    if (channel === null) expect(fetched).toBe(-1);
    else expect(fetched).toBeLessThan(lines.findIndex((line) => line.startsWith('COPY')));
  });
});
