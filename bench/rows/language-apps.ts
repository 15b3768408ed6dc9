import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '#bench/platform.js';

/** An app of a language whose answer tells its version, and which file names its dependencies. */
export interface LanguageApp {
  name: string;
  files: (version: string) => Record<string, string>;
  /** An app on the same stacks that is built sooner; it makes them where they are missing. */
  small?: (version: string) => Record<string, string>;
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

/** Rust's own library is enough to answer. */
const smallRust: LanguageApp['files'] = (version) => ({
  'Cargo.toml': '[package]\nname = "bench-stack"\nversion = "1.0.0"\nedition = "2021"\n',
  'src/main.rs': `use std::io::{Read, Write};
fn main() {
    let address = format!("0.0.0.0:{}", std::env::var("PORT").unwrap());
    for stream in std::net::TcpListener::bind(address).unwrap().incoming() {
        let Ok(mut stream) = stream else { continue };
        let _ = stream.read(&mut [0; 4096]);
        let _ = stream.write_all(b"HTTP/1.1 200 OK\\r\\nconnection: close\\r\\n\\r\\n${version}");
    }
}
`,
});

const springMain = 'src/main/java/org/example/hello/HelloApplication.java';

/** In the order in which they run. */
export const languageApps: readonly LanguageApp[] = [
  { name: 'express', files: express, dependencies: description, aims: { first: 5_000, source: 1_000 } },
  {
    name: 'flask',
    files: example('hello-python', 'Hello from ', 'app.py'),
    dependencies: comment('requirements.txt', (version) => `# ${version}`),
    aims: { first: 9_000, source: 1_000 },
  },
  {
    name: 'django',
    files: example('hello-django', 'Hello from ', 'hello/urls.py'),
    dependencies: comment('requirements.txt', (version) => `# ${version}`),
    aims: { first: 10_000 },
  },
  {
    name: 'gin',
    files: example('hello-gin', 'Hello from ', 'main.go'),
    small: example('hello-go', 'Hello from ', 'page.html'),
    dependencies: comment('go.mod', (version) => `// ${version}`),
    aims: { first: 32_000, source: 2_000 },
  },
  { name: 'vite', files: vite, dependencies: description, aims: { first: 12_000, source: 5_000 } },
  {
    name: 'spring',
    files: example('hello-spring', 'Hello from ', springMain),
    small: example('hello-java', 'Hello from ', 'src/main/java/org/example/hello/Hello.java'),
    dependencies: comment('pom.xml', (version) => `<!-- ${version} -->`),
    aims: { first: 22_000, source: 10_000 },
  },
  {
    name: 'rust',
    files: example('hello-rust', 'Hello from ', 'src/main.rs'),
    small: smallRust,
    dependencies: comment('Cargo.toml', (version) => `# ${version}`),
    aims: { source: 12_000 },
  },
];
