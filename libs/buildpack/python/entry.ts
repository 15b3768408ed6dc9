import type { ProjectFiles } from '../project-files.js';

/** An application object in one of the app's files, as servers name it: `main:app`. */
export interface Entry {
  file: string;
  target: string;
}

/** Files that hold the application where nothing says so, in the order in which they are looked for. */
const FILES = ['main', 'app', 'wsgi', 'asgi', 'server', 'api', 'application', 'run', '__init__'];
const FOLDERS = ['', 'app', 'src', 'src/app', 'api', 'backend', 'server'];

/** Kinds of application, by what makes one. */
export const makers = {
  asgi: /(?:FastAPI|Starlette|Quart|Litestar|Sanic|Robyn)/,
  flask: /(?:Flask|APIFlask|OpenAPI)/,
} as const;

/**
 * Finds the object of this kind: `app = Flask(__name__)` in a well-known file, or a `create_app` function that makes it.
 */
export async function findEntry(files: ProjectFiles, kind: keyof typeof makers): Promise<Entry | null> {
  const maker = makers[kind].source;
  const made = new RegExp(`^([A-Za-z_]\\w*)\\s*(?::[^=\\n]+)?=\\s*(?:\\w+\\.)*${maker}\\(`, 'm');
  const byFactory =
    /^([A-Za-z_]\w*)\s*(?::[^=\n]+)?=\s*(?:\w+\.)*(?:create_app|make_app|create_application)\(/m;
  const factory = new RegExp(`^def (create_app|make_app)\\((.*?)\\)[\\s\\S]*?(?:\\w+\\.)*${maker}\\(`, 'm');
  const candidates = FOLDERS.flatMap((folder) =>
    FILES.map((name) => (folder === '' ? `${name}.py` : `${folder}/${name}.py`)),
  ).filter((path) => files.has(path));
  candidates.push(...packages(files));
  let fallback: Entry | null = null;
  for (const file of candidates) {
    const text = (await files.read(file)) ?? '';
    const name = made.exec(text)?.[1] ?? byFactory.exec(text)?.[1];
    if (name !== undefined) return { file, target: `${moduleOf(file)}:${name}` };
    const [, maker, parameters = ''] = factory.exec(text) ?? [];
    // One that needs arguments cannot be called by a server.
    if (maker !== undefined && parameters.split(',').every((each) => /^\s*$|=|\*/.test(each)))
      fallback ??= { file, target: `${moduleOf(file)}:${maker}()` };
  }
  return fallback;
}

/** More packages than this at the top are no app. */
const MOST_PACKAGES = 10;

/** The packages of the app itself, whatever they are called: `shop/__init__.py`, `src/shop/__init__.py`. */
function packages(files: ProjectFiles): string[] {
  return files.paths
    .filter((path) => /^(?:src\/)?(?!tests?\/|docs\/|src\/)\w+\/__init__\.py$/.test(path))
    .slice(0, MOST_PACKAGES);
}

/** `src` is on the path of imports; see dockerfile.ts. */
function moduleOf(file: string): string {
  return file
    .replace(/^src\//, '')
    .replace(/(?:\/__init__)?\.py$/, '')
    .replaceAll('/', '.');
}

/** A file that is simply run, where there is no application object. */
export function findScript(files: ProjectFiles): string | null {
  const names = [
    'main.py',
    'app.py',
    'server.py',
    'run.py',
    'bot.py',
    'src/main.py',
    'app/main.py',
    '__main__.py',
  ];
  return names.find((name) => files.has(name)) ?? null;
}
