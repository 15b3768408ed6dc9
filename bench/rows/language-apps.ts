import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#bench/platform.js';

/** An app of a language whose answer tells its version, and which file names its dependencies. */
export interface LanguageApp {
  name: string;
  files: (version: string) => Record<string, string>;
  /** A change of the dependency file that leaves its meaning alone. */
  dependencies: (files: Record<string, string>, version: string) => Record<string, string>;
  /** Milliseconds from push to answer that are aimed at. */
  aims: { first?: number; source?: number };
}

/** Files of an example app, with the version in what it shows. */
function example(name: string, shown: string, where: string): LanguageApp['files'] {
  const folder = join(root, 'examples', name);
  const files = Object.fromEntries(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
  const text = files[where] ?? '';
  if (!text.includes(shown)) throw new Error(`${name}/${where} has no "${shown}".`);
  return (version) => ({ ...files, [where]: text.replace(shown, `${shown}${version} `) });
}

/** Adds a line that says nothing to the file. */
function comment(path: string, around: (version: string) => string): LanguageApp['dependencies'] {
  return (files, version) => ({ ...files, [path]: `${files[path] ?? ''}${around(version)}\n` });
}

/** Another description in package.json. */
function description(files: Record<string, string>, version: string): Record<string, string> {
  const manifest = JSON.parse(files['package.json'] ?? '{}') as Record<string, unknown>;
  return { ...files, 'package.json': JSON.stringify({ ...manifest, description: version }, null, 2) };
}

const express: LanguageApp['files'] = (version) => ({
  'package.json': JSON.stringify({
    name: 'bench-express',
    private: true,
    scripts: { start: 'node server.js' },
    dependencies: { express: '5.1.0' },
  }),
  'server.js': `const app = require('express')();
app.get('/', (request, response) => response.send('Hello from ${version} '));
app.listen(process.env.PORT);
`,
});

const vite: LanguageApp['files'] = (version) => ({
  'package.json': JSON.stringify({
    name: 'bench-vite',
    private: true,
    scripts: { build: 'vite build' },
    devDependencies: { vite: '8.0.0' },
  }),
  'index.html': `<!doctype html><title>Bench</title><p>Hello from ${version} </p><script type="module" src="/main.js"></script>\n`,
  'main.js': 'document.body.dataset.ready = "yes";\n',
});

/** In the order in which they run. */
export const languageApps: readonly LanguageApp[] = [
  { name: 'node', files: express, dependencies: description, aims: { first: 5_000, source: 1_000 } },
  {
    name: 'python',
    files: example('hello-python', 'Hello from ', 'app.py'),
    dependencies: comment('requirements.txt', (version) => `# ${version}`),
    aims: { first: 9_000, source: 1_000 },
  },
  {
    name: 'go',
    files: example('hello-go', 'Hello from ', 'page.html'),
    dependencies: comment('go.mod', (version) => `// ${version}`),
    aims: { source: 2_000 },
  },
  { name: 'vite', files: vite, dependencies: description, aims: { first: 12_000, source: 5_000 } },
  {
    name: 'rust',
    files: example('hello-rust', 'Hello from ', 'src/main.rs'),
    dependencies: comment('Cargo.toml', (version) => `# ${version}`),
    aims: { source: 12_000 },
  },
  {
    name: 'java',
    files: example('hello-java', 'Hello from ', 'src/main/java/org/example/hello/Hello.java'),
    dependencies: comment('pom.xml', (version) => `<!-- ${version} -->`),
    aims: {},
  },
];
