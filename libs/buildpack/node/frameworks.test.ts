import { describe, expect, it } from 'vitest';
import { planOf } from '../plan-of.js';
import { isDevelopmentServer } from './frameworks.js';

const json = (value: object) => JSON.stringify(value);
const app = (dependencies: string[], scripts: Record<string, string>, more: Record<string, string> = {}) => ({
  'package.json': json({
    scripts,
    devDependencies: Object.fromEntries(dependencies.map((name) => [name, '1'])),
  }),
  ...more,
});

/** The folder that is copied into a site's image. */
async function servedFolder(files: Record<string, string>): Promise<string | undefined> {
  const { dockerfile } = await planOf(files);
  return /FROM stack\/static\n[\s\S]*COPY --from=build --chown=1000:1000 \["\/app\/([^"]*)\/","\.\/"\]/.exec(
    dockerfile,
  )?.[1];
}

describe('a framework that builds a site', () => {
  it.each([
    ['Vite', app(['vite'], { build: 'vite build', dev: 'vite' }), 'dist'],
    ['Vite with index.html', app(['vite'], { build: 'tsc && vite build' }, { 'index.html': '' }), 'dist'],
    [
      'Vite elsewhere',
      app(
        ['vite'],
        { build: 'vite build' },
        { 'vite.config.ts': "// outDir: 'no'\nbuild: { outDir: './out/' }" },
      ),
      'out',
    ],
    ['Vite by flag', app(['vite'], { build: 'vite build --outDir web' }), 'web'],
    ['Vite without a build script', app(['vite'], { dev: 'vite' }), 'dist'],
    [
      'Create React App',
      app(['react-scripts'], { start: 'react-scripts start', build: 'react-scripts build' }),
      'build',
    ],
    ['Astro', app(['astro'], { start: 'astro dev', build: 'astro build' }), 'dist'],
    [
      'Next export',
      app(['next'], { build: 'next build' }, { 'next.config.mjs': "export default { output: 'export' }" }),
      'out',
    ],
    [
      'SvelteKit static',
      app(['@sveltejs/kit', '@sveltejs/adapter-static', 'vite'], { build: 'vite build' }),
      'build',
    ],
    ['Nuxt generate', app(['nuxt'], { build: 'nuxt generate' }), '.output/public'],
    ['Gatsby', app(['gatsby'], { build: 'gatsby build', start: 'gatsby develop' }), 'public'],
    [
      'Docusaurus',
      app(['@docusaurus/core'], { build: 'docusaurus build', start: 'docusaurus start' }),
      'build',
    ],
    ['VitePress', app(['vitepress'], { build: 'vitepress build docs' }), 'docs/.vitepress/dist'],
    ['Eleventy', app(['@11ty/eleventy'], { build: 'eleventy' }), '_site'],
    [
      'Vue CLI',
      app(['@vue/cli-service'], { serve: 'vue-cli-service serve', build: 'vue-cli-service build' }),
      'dist',
    ],
    [
      'Angular',
      app(
        ['@angular/cli'],
        { start: 'ng serve', build: 'ng build' },
        { 'angular.json': '{"projects": {"shop": {"builder": "x:application"}}}' },
      ),
      'dist/shop/browser',
    ],
    [
      'Angular of older times',
      app(
        ['@angular/cli'],
        { start: 'ng serve', build: 'ng build' },
        {
          'angular.json':
            '{"projects": {"shop": {"schematics": {"@schematics/angular:application": {}}, "builder": "x:browser", "outputPath": "dist/web"}}}',
        },
      ),
      'dist/web',
    ],
    [
      'React Router without a server',
      app(
        ['@react-router/dev', 'vite'],
        { build: 'react-router build' },
        { 'react-router.config.ts': 'ssr: false' },
      ),
      'build/client',
    ],
    [
      'a tool of its own, by berth.toml',
      app([], { build: 'node make.js' }, { 'berth.toml': '[build]\npublish = "site"' }),
      'site',
    ],
  ])('%s: its folder is served, by the static stack', async (_, files, folder) => {
    expect(await servedFolder(files)).toBe(folder);
  });

  it('is in the image without Node, without packages and without its source', async () => {
    const plan = await planOf(app(['vite'], { build: 'vite build' }));
    expect(plan.stacks).toEqual(['node', 'static']);
    expect(plan.finalStage.filter(({ instruction }) => instruction.startsWith('COPY'))).toHaveLength(2);
    expect(plan.processes['web']?.[0]).toBe('caddy');
  });

  it.each([
    ['a start script of its own', { ...app(['vite'], { build: 'vite build', start: 'node server.js' }) }],
    ['a Procfile', { ...app(['vite'], { build: 'vite build' }), Procfile: 'web: node server.js' }],
  ])('is run by Node when there is %s', async (_, files) => {
    const plan = await planOf({ ...files, 'server.js': '' } as Record<string, string>);
    expect(plan.processes['web']).toEqual(['node', 'server.js']);
  });
});

describe('a framework with a server', () => {
  it.each([
    [
      'Next.js',
      app(['next'], { dev: 'next dev', build: 'next build', start: 'next start' }),
      ['next', 'start'],
    ],
    ['Next.js without scripts', app(['next'], {}), ['next', 'start']],
    ['Nuxt', app(['nuxt'], { build: 'nuxt build', dev: 'nuxt dev' }), ['node', '.output/server/index.mjs']],
    [
      'Remix',
      app(['@remix-run/serve'], { build: 'remix vite:build' }, { 'vite.config.ts': '' }),
      ['remix-serve', 'build/server/index.js'],
    ],
    [
      'React Router',
      app(['@react-router/dev', '@react-router/serve'], { build: 'react-router build' }),
      ['react-router-serve', 'build/server/index.js'],
    ],
    [
      'SvelteKit',
      app(['@sveltejs/kit', '@sveltejs/adapter-node'], { build: 'vite build' }),
      ['node', 'build'],
    ],
    [
      'Astro',
      app(
        ['astro', '@astrojs/node'],
        { start: 'astro dev', build: 'astro build' },
        { 'astro.config.mjs': "import node from '@astrojs/node'" },
      ),
      ['node', 'dist/server/entry.mjs'],
    ],
  ])('%s starts by its own command', async (_, files, args) => {
    expect((await planOf(files)).processes['web']).toEqual(args);
  });

  it('is told to listen on all addresses where it would not', async () => {
    const plan = await planOf(app(['@sveltejs/kit', '@sveltejs/adapter-node'], { build: 'vite build' }));
    expect(plan.finalStage.map(({ instruction }) => instruction)).toContain('ENV HOST="0.0.0.0"');
  });

  it('finds the cache of its last build again, which no other app sees', async () => {
    const { dockerfile } = await planOf(app(['next'], { build: 'next build' }));
    expect(dockerfile).toMatch(
      /--mount=type=cache,id=berth-[0-9a-f-]+-build,target=\/app\/\.next\/cache.*"npm","run","build"/,
    );
  });

  it('says that an adapter is missing', async () => {
    await expect(planOf(app(['@sveltejs/kit', 'vite'], { build: 'vite build' }))).rejects.toThrow(
      'SvelteKit is used, and no package that makes it start by itself: add its adapter for Node.',
    );
  });

  it('listens where its start command says', async () => {
    expect((await planOf(app(['next'], { build: 'x', start: 'next start -p 4000' }))).port).toBe(4000);
    expect((await planOf(app(['next'], { build: 'x', start: 'next start -p $PORT' }))).port).toBeNull();
  });
});

describe('a start script', () => {
  it.each([
    'vite',
    'npx vite --host',
    'vite preview',
    'react-scripts start',
    'next dev',
    'serve -s build',
    'ng serve',
    'webpack serve',
    'parcel index.html',
    'astro dev',
  ])('%s is for the author’s own machine', (script) => expect(isDevelopmentServer(script)).toBe(true));
  it.each([
    'vite build',
    'node server.js',
    'next start',
    'webpack && node x',
    'serverless',
    'parcel build',
    '',
  ])('%s is not', (script) => expect(isDevelopmentServer(script)).toBe(false));
});
