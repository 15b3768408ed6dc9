import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ExampleView } from '#libs/contracts/api/examples.js';

/** The quickest to deploy first; others follow by name. */
const first = ['hello-node', 'hello-function', 'hello-python'];

/** The apps in a folder (examples/ of the repository), each with its files; none where there is no such folder. */
export async function readExamples(folder: URL): Promise<ExampleView[]> {
  const names = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const rank = (name: string): number => (first.includes(name) ? first.indexOf(name) : first.length);
  const examples = await Promise.all(
    names
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => readExample(name, join(fileURLToPath(folder), name))),
  );
  return examples.sort((a, b) => rank(a.name) - rank(b.name) || (a.name < b.name ? -1 : 1));
}

async function readExample(name: string, folder: string): Promise<ExampleView> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = await Promise.all(
    entries
      .filter((entry) => entry.isFile())
      .map(async (entry) => {
        const path = join(entry.parentPath, entry.name);
        return { path: relative(folder, path).split(sep).join('/'), content: await readFile(path, 'utf8') };
      }),
  );
  files.sort((a, b) => (a.path < b.path ? -1 : 1));
  return { name, about: aboutOf(files.find(({ path }) => path === 'README.md')?.content ?? ''), files };
}

/** The first sentence below a README's title. */
function aboutOf(readme: string): string {
  const paragraph = readme.split(/\n\s*\n/).find((part) => part.trim() !== '' && !part.startsWith('#')) ?? '';
  return /^.*?[.](?=\s|$)/s.exec(paragraph)?.[0].replace(/\s+/g, ' ') ?? '';
}
