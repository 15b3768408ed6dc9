import { describe, expect, it } from 'vitest';
import { planOf } from '../plan-of.js';
import { pnpmPatterns } from './workspaces.js';

const json = (value: object) => JSON.stringify(value);

/** A repository with an app that needs one package, which needs another. */
const repository = (more: Record<string, string> = {}) => ({
  'berth.toml': '[build]\nroot = "apps/web"',
  'package.json': json({ private: true, workspaces: ['apps/*', 'packages/*', '!packages/old'] }),
  'package-lock.json': '{}',
  'apps/web/package.json': json({
    name: 'web',
    scripts: { build: 'tsc', start: 'node dist/a.js' },
    dependencies: { ui: '*' },
    devDependencies: { typescript: '6' },
  }),
  'packages/ui/package.json': json({ name: 'ui', scripts: { build: 'tsc' }, dependencies: { core: '*' } }),
  'packages/core/package.json': json({ name: 'core', scripts: { build: 'tsc' } }),
  'packages/docs/package.json': json({ name: 'docs', scripts: { build: 'tsc' } }),
  'packages/old/package.json': json({ name: 'old' }),
  ...more,
});

describe('a repository of several packages', () => {
  it('is installed as a whole by its own lockfile; what the app needs is built first, and nothing else', async () => {
    const plan = await planOf(repository());
    expect(plan.root).toBe('');
    expect(
      plan.dockerfile.replace(/--mount=\S+ /g, '').match(/^(?:WORKDIR .*|RUN \["npm","run".*)$/gm),
    ).toEqual([
      'WORKDIR /app',
      'WORKDIR /app/packages/core',
      'RUN ["npm","run","build"]',
      'WORKDIR /app/packages/ui',
      'RUN ["npm","run","build"]',
      'WORKDIR /app/apps/web',
      'RUN ["npm","run","build"]',
      'WORKDIR /app',
      'WORKDIR /app',
      'WORKDIR /app',
      'WORKDIR /app/apps/web',
    ]);
    expect(plan.finalStage.at(-1)?.instruction).toBe('CMD ["node","dist/a.js"]');
  });

  it('copies manifests before sources, each into its folder, so that packages are installed once', async () => {
    const { dockerfile, dependencyFiles } = await planOf(repository());
    const lines = dockerfile.split('\n');
    const install = lines.findIndex((line) => line.includes('"npm","ci"'));
    expect(
      lines.indexOf('COPY --chown=1000:1000 ["app/packages/ui/package.json","/app/packages/ui/"]'),
    ).toBeLessThan(install);
    expect(lines.indexOf('COPY --chown=1000:1000 ["app/","/app/"]')).toBeGreaterThan(install);
    expect(dependencyFiles).toContain('packages/core/package.json');
    expect(dependencyFiles).not.toContain('packages/old/package.json');
  });

  it('is not needed by an app that is no part of it', async () => {
    const plan = await planOf(
      repository({
        'berth.toml': '[build]\nroot = "tools/x"',
        'tools/x/package.json': '{}',
        'tools/x/server.js': '',
      }),
    );
    expect(plan.root).toBe('tools/x');
  });

  it('names the files of a circle', async () => {
    await expect(
      planOf(repository({ 'packages/core/package.json': json({ name: 'core', dependencies: { ui: '*' } }) })),
    ).rejects.toThrow(
      /packages\/ui\/package.json → packages\/core\/package.json → packages\/ui\/package.json.*Take the dependency on "ui" out of packages\/core\/package.json/,
    );
  });

  it('refuses folders that cannot be working directories, by name', async () => {
    await expect(
      planOf(repository({ 'packages/süß und neu/package.json': json({ name: 'x' }) })),
    ).rejects.toMatchObject({
      code: 'workspace_folder',
      message: expect.stringContaining('packages/süß und neu/package.json'),
    });
  });

  it('says which packages there are when nothing says how the whole starts', async () => {
    await expect(planOf({ ...repository(), 'berth.toml': '' })).rejects.toThrow(
      /one of the packages in apps\/web, .*write root = "apps\/web" under \[build\]/,
    );
  });

  it.each([
    ['packages:\n  - \'a/*\' # x\n  - "b"\n  - c/** \ncatalog:\n  - no', ['a/*', 'b', 'c/**']],
    ['packages: ["a", b]', ['a', 'b']],
    ['other:\n  - a', []],
  ])('reads pnpm-workspace.yaml %j', (yaml, patterns) => {
    expect(pnpmPatterns(yaml)).toEqual(patterns);
  });
});
