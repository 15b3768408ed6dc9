import type { ProjectFiles } from '../project-files.js';
import { dependencyNames, type PackageJson } from './package-json.js';

/** What a framework's build makes: a folder of files to serve, or a program to start. */
export type Output =
  | {
      kind: 'site';
      /** From the app's folder. */
      folder: string;
      /** Routes live in the browser: every path is answered with index.html. */
      singlePage: boolean;
    }
  | {
      kind: 'server';
      /** null: only its environment is known, the app says how it starts. */
      args: string[] | null;
      env: Record<string, string>;
    };

export interface FoundFramework {
  title: string;
  /** Builds, where package.json has no "build" script. */
  build: string[] | null;
  output: Output;
  /** Why it is this output, where a file of the app decided: "next.config.js says output: 'export'". */
  why: string | null;
  /** Folder whose files the build copies into the site unchanged; `_headers` and `_redirects` lie there. */
  publicFolder: string;
  /** Folders that the build would like to find again the next time. */
  cache: string | null;
}

interface Framework {
  title: string;
  /** Any of these packages says that it is used. */
  packages: readonly string[];
  configs?: readonly string[];
  build: string[] | null;
  publicFolder?: string;
  cache?: string;
  /** `config`: text of the first file of `configs`, comments taken out; empty where there is none. */
  output(config: string, names: ReadonlySet<string>, build: string, files: ProjectFiles): Output;
}

const site = (folder: string, singlePage = false): Output => ({ kind: 'site', folder, singlePage });
const server = (args: string[] | null, env: Record<string, string> = {}): Output => ({
  kind: 'server',
  args,
  env,
});
/** Some servers listen on loopback unless told otherwise. */
const everywhere = { HOST: '0.0.0.0' };
const scripts = (name: string) => ['js', 'mjs', 'cjs', 'ts', 'mts'].map((end) => `${name}.config.${end}`);

/** Frameworks whose tools are built on others come before those. */
const FRAMEWORKS: readonly Framework[] = [
  {
    title: 'Next.js',
    packages: ['next'],
    configs: scripts('next'),
    build: ['next', 'build'],
    cache: '.next/cache',
    output: (config) =>
      /\boutput\s*:\s*['"`]export['"`]/.test(config)
        ? site(text(config, 'distDir') ?? 'out')
        : server(['next', 'start']),
  },
  {
    title: 'Nuxt',
    packages: ['nuxt', 'nuxt3'],
    configs: scripts('nuxt'),
    build: ['nuxt', 'build'],
    output: (config, _, build) =>
      /\bnuxi?t?\s+generate\b|\bnuxi\s+generate\b/.test(build) || /preset\s*:\s*['"`]static['"`]/.test(config)
        ? site('.output/public')
        : server(['node', '.output/server/index.mjs'], everywhere),
  },
  {
    title: 'Remix',
    packages: ['@remix-run/serve'],
    build: null,
    output: (_, __, ___, files) =>
      server([
        'remix-serve',
        files.has('vite.config.ts') || files.has('vite.config.js')
          ? 'build/server/index.js'
          : 'build/index.js',
      ]),
  },
  {
    title: 'React Router',
    packages: ['@react-router/dev'],
    configs: scripts('react-router'),
    build: ['react-router', 'build'],
    output: (config, names) =>
      /\bssr\s*:\s*false\b/.test(config)
        ? site('build/client', true)
        : server(names.has('@react-router/serve') ? ['react-router-serve', 'build/server/index.js'] : null),
  },
  {
    title: 'SvelteKit',
    packages: ['@sveltejs/kit'],
    configs: ['svelte.config.js', 'svelte.config.mjs', 'svelte.config.ts'],
    build: ['vite', 'build'],
    publicFolder: 'static',
    output: (config, names) =>
      names.has('@sveltejs/adapter-static')
        ? site(text(config, 'pages') ?? 'build', /\bfallback\s*:/.test(config))
        : server(
            names.has('@sveltejs/adapter-node') ? ['node', text(config, 'out') ?? 'build'] : null,
            everywhere,
          ),
  },
  {
    title: 'Astro',
    packages: ['astro'],
    configs: scripts('astro'),
    build: ['astro', 'build'],
    output: (config, names) => {
      const folder = text(config, 'outDir') ?? 'dist';
      return names.has('@astrojs/node') && /@astrojs\/node/.test(config)
        ? server(['node', `${folder}/server/entry.mjs`], everywhere)
        : site(folder);
    },
  },
  {
    title: 'Gatsby',
    packages: ['gatsby'],
    build: ['gatsby', 'build'],
    publicFolder: 'static',
    output: () => site('public'),
  },
  {
    title: 'Docusaurus',
    packages: ['@docusaurus/core'],
    build: ['docusaurus', 'build'],
    publicFolder: 'static',
    output: () => site('build'),
  },
  {
    title: 'VitePress',
    packages: ['vitepress'],
    build: ['vitepress', 'build'],
    output: (_, __, build) => {
      const folder = /vitepress\s+build\s+([\w./-]+)/.exec(build)?.[1];
      return site(
        folder === undefined ? '.vitepress/dist' : `${folder.replace(/^\.\//, '')}/.vitepress/dist`,
      );
    },
  },
  {
    title: 'Eleventy',
    packages: ['@11ty/eleventy'],
    build: ['eleventy'],
    publicFolder: '.',
    output: () => site('_site'),
  },
  {
    title: 'Create React App',
    packages: ['react-scripts'],
    build: ['react-scripts', 'build'],
    output: () => site('build', true),
  },
  {
    title: 'Vue CLI',
    packages: ['@vue/cli-service'],
    configs: ['vue.config.js'],
    build: ['vue-cli-service', 'build'],
    output: (config) => site(text(config, 'outputDir') ?? 'dist', true),
  },
  {
    title: 'Angular',
    packages: ['@angular/cli', '@angular/build', '@angular-devkit/build-angular'],
    configs: ['angular.json'],
    build: ['ng', 'build'],
    publicFolder: 'public',
    output: (config, names) => angular(config, names),
  },
  {
    title: 'Parcel',
    packages: ['parcel', 'parcel-bundler'],
    build: null,
    output: (_, __, build) => site(/--(?:dist-dir|out-dir)[ =](\S+)/.exec(build)?.[1] ?? 'dist'),
  },
  {
    title: 'Vite',
    packages: ['vite', 'rolldown-vite'],
    configs: scripts('vite'),
    build: ['vite', 'build'],
    output: (config, _, build) =>
      site(/--outDir[ =](\S+)/.exec(build)?.[1] ?? text(config, 'outDir') ?? 'dist', true),
  },
];

/** The framework that an app is made with; null when it is made with none that Berth knows. */
export async function findFramework(
  files: ProjectFiles,
  manifest: PackageJson,
): Promise<FoundFramework | null> {
  const names = dependencyNames(manifest);
  const framework = FRAMEWORKS.find(({ packages }) => packages.some((name) => names.has(name)));
  if (framework === undefined) return null;
  const configFile = framework.configs?.find((path) => files.has(path));
  const config = configFile === undefined ? '' : withoutComments((await files.read(configFile)) ?? '');
  const output = framework.output(config, names, manifest.scripts?.['build'] ?? '', files);
  if (output.kind === 'site') output.folder = output.folder.replace(/^\.\//, '').replace(/\/+$/, '');
  return {
    title: framework.title,
    build: framework.build,
    output,
    why: configFile === undefined ? null : configFile,
    publicFolder: framework.publicFolder ?? 'public',
    cache: framework.cache ?? null,
  };
}

/** A value that a config file writes out as a plain text: `outDir: './build'`. Computed ones cannot be known. */
function text(config: string, key: string): string | null {
  const value = new RegExp(`\\b${key}['"]?\\s*[:=]\\s*['"\`]([^'"\`$\\n]+)['"\`]`).exec(config)?.[1];
  return value === undefined || value.includes('..') || value.startsWith('/') ? null : value;
}

function withoutComments(source: string): string {
  return source.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[\s,;{])\/\/[^\n]*/g, '$1');
}

/** `ng build` writes to dist/<project>/browser since Angular 17, to dist/<project> before; with a server beside it for SSR. */
function angular(config: string, names: ReadonlySet<string>): Output {
  const project = /"projects"\s*:\s*\{\s*"([^"]+)"/.exec(config)?.[1] ?? 'app';
  const written = text(config, 'outputPath');
  const folder = written ?? `dist/${project}`;
  if (names.has('@angular/ssr')) return server(['node', `${folder}/server/server.mjs`]);
  return site(/"builder"\s*:\s*"[^"]*:application"/.test(config) ? `${folder}/browser` : folder, true);
}

/**
 * Commands that serve a site while its author works on it, or that only serve files: for a site that is built they are not
 * what visitors should meet.
 */
const DEVELOPMENT = new RegExp(
  '^(?:npx\\s+|cross-env\\s+|[A-Z_]+=\\S+\\s+)*(?:' +
    [
      'vite(?!\\s+build\\b)(?:\\s|$)',
      '(?:react-scripts|react-app-rewired|craco)\\s+start',
      'vue-cli-service\\s+serve',
      'ng\\s+serve',
      'astro\\s+(?:dev|preview|start)',
      'parcel(?!\\s+build\\b)(?:\\s|$)',
      'webpack-dev-server',
      'webpack\\s+(?:serve|.*--watch)',
      'gatsby\\s+(?:develop|serve|start)',
      '(?:next|nuxt|nuxi|remix|react-router|vitepress|vuepress)\\s+(?:dev|preview|vite:dev)',
      'docusaurus\\s+(?:start|serve)',
      'eleventy\\s.*--(?:serve|watch)',
      '(?:serve|http-server|live-server|sirv)(?:\\s|$)',
    ].join('|') +
    ')',
);

/** Is this start script one for the author's own machine? */
export function isDevelopmentServer(script: string): boolean {
  return DEVELOPMENT.test(script.trim());
}
