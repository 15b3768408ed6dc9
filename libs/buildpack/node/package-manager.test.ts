import { describe, expect, it } from 'vitest';
import { planOf } from '../plan-of.js';

const json = (value: object) => JSON.stringify(value);
const app = (more: object = {}) => json({ main: 'a.js', dependencies: { x: '1' }, ...more });
const files = (more: Record<string, string>, manifest: object = {}) => ({
  'package.json': app(manifest),
  'a.js': '',
  ...more,
});
const choice = async (source: Record<string, string>, what: string) =>
  (await planOf(source)).choices.find((each) => each.what === what);

describe('the package manager', () => {
  it.each([
    ['package-lock.json', '{}', 'npm', '["npm","ci","--omit=dev"]'],
    ['npm-shrinkwrap.json', '{}', 'npm', '["npm","ci","--omit=dev"]'],
    [
      'pnpm-lock.yaml',
      "lockfileVersion: '9.0'\n",
      'pnpm 10',
      '["pnpm","install","--frozen-lockfile","--prod"',
    ],
    ['pnpm-lock.yaml', "lockfileVersion: '6.0'\n", 'pnpm 8', '"pnpm@8"'],
    ['pnpm-lock.yaml', 'lockfileVersion: 5.4\n', 'pnpm 7', '"pnpm@7"'],
    [
      'yarn.lock',
      '# yarn lockfile v1\n',
      'yarn 1.22.22',
      '["yarn","install","--frozen-lockfile","--production=true"]',
    ],
    ['yarn.lock', '#\n\n__metadata:\n  version: 8\n', 'yarn 4', '["yarn","install","--immutable"]'],
    ['yarn.lock', '#\n\n__metadata:\n  version: 6\n', 'yarn 3', '"@yarnpkg/cli-dist@3"'],
    ['bun.lock', '{}', 'bun 1', '["bun","install","--frozen-lockfile","--production"]'],
  ])('follows %s %j: %s', async (lockfile, content, value, args) => {
    const source = files({ [lockfile]: content });
    expect((await choice(source, 'Package manager'))?.value).toBe(value);
    const plan = await planOf(source);
    expect(plan.dockerfile).toContain(args);
    expect(plan.dependencyFiles).toEqual(['package.json', lockfile]);
    expect(plan.warnings).toEqual([]);
  });

  it.each([
    [{ packageManager: 'pnpm@9.1.4+sha512.abc' }, 'pnpm 9.1.4'],
    [{ engines: { pnpm: '^9.5' } }, 'pnpm ^9.5'],
    [{ packageManager: 'something else' }, 'pnpm 10'],
  ])('takes the version from %j', async (manifest, value) => {
    const source = files({ 'pnpm-lock.yaml': "lockfileVersion: '9.0'\n" }, manifest);
    expect((await choice(source, 'Package manager'))?.value).toBe(value);
  });

  it('lets berth.toml choose the version', async () => {
    const source = files({
      'pnpm-lock.yaml': "lockfileVersion: '9.0'\n",
      'berth.toml': '[build.versions]\npnpm = "9.15.0"',
    });
    expect((await planOf(source)).dockerfile).toContain('"pnpm@9.15.0"');
  });

  it('says which of several lockfiles is used, and which is not read', async () => {
    const both = { 'package-lock.json': '{}', 'yarn.lock': '' };
    expect((await planOf(files(both))).warnings.join()).toMatch(
      /yarn.lock is used because it is the first that Berth looks for, and package-lock.json is not read/,
    );
    expect((await planOf(files(both, { packageManager: 'yarn@1.22.22' }))).warnings.join()).toMatch(
      /yarn.lock is used because package.json names its program, and package-lock.json is not read/,
    );
    expect(
      (await planOf(files({ 'yarn.lock': '' }, { packageManager: 'pnpm@9.0.0' }))).warnings.join(),
    ).toMatch(/yarn.lock is not read: package.json names another program/);
  });

  it('builds with the program that installs, and takes what only the build needed away by it', async () => {
    const prunes = {
      'pnpm-lock.yaml': '["pnpm","prune","--prod"',
      'yarn.lock': '["yarn","install","--production","--frozen-lockfile","--ignore-scripts"',
      'bun.lock': '["rm","-rf","node_modules"]',
    };
    for (const [lockfile, prune] of Object.entries(prunes)) {
      const plan = await planOf(
        files({ [lockfile]: '' }, { scripts: { build: 'tsc' }, devDependencies: { typescript: '6' } }),
      );
      const manager = lockfile.split(/[-.]/)[0] as string;
      expect(plan.dockerfile).toMatch(
        new RegExp(`^RUN (?:--mount=\\S+ )+\\["${manager}","run","build"\\]$`, 'm'),
      );
      expect(plan.dockerfile).toContain(prune);
    }
  });

  it('keeps in the image what the start command needs', async () => {
    const plan = await planOf(
      files(
        { 'bun.lock': '' },
        { scripts: { start: 'tsx a.ts && bun run x' }, devDependencies: { tsx: '4' } },
      ),
    );
    expect(plan.warnings.join()).toContain('The start command uses tsx, a development dependency');
    expect(plan.dockerfile).not.toContain('--production');
    expect(plan.finalStage.map(({ instruction }) => instruction).join('\n')).toContain('/home/app/.tools/');
  });

  it('brings Bun where the start script runs it, also without packages and lockfile', async () => {
    const plan = await planOf({
      'package.json': json({ scripts: { start: 'bun index.ts' } }),
      'index.ts': '',
    });
    expect(plan.dockerfile).toMatch(/"--prefix","\/home\/app\/\.tools","@oven\/bun-linux-[a-z0-9-]+@1"/);
    expect(plan.dockerfile).toContain('COPY --from=tools');
    expect(plan.processes['web']).toEqual(['bun', 'index.ts']);
  });

  it('leaves a decision about install scripts to the author, where there is one', async () => {
    expect((await planOf(files({}))).dockerfile).toContain('ALLOW_ALL_SCRIPTS="true"');
    expect((await planOf(files({}, { allowScripts: { x: true } }))).dockerfile).not.toContain('ALLOW_ALL');
  });
});
