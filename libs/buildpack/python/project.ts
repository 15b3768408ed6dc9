import { z } from 'zod';
import type { ProjectFiles } from '../project-files.js';
import { readProcfile, type Procfile } from '../procfile.js';
import { parseTomlFile } from '../toml-file.js';
import { lockedRequirements } from './locked.js';
import { normalName, parseRequirement, readRequirements } from './requirements.js';
import { unlockedRequirements } from './unlocked.js';

const texts = z.array(z.string());
const table = z.record(z.string(), z.unknown());

/** The fields of pyproject.toml that decide a build. */
const pyproject = z.object({
  project: z
    .object({
      name: z.string().optional(),
      dependencies: texts.optional(),
      'requires-python': z.string().optional(),
      scripts: z.record(z.string(), z.string()).optional(),
    })
    .optional(),
  'build-system': table.optional(),
  tool: z
    .object({
      poetry: z
        .object({ dependencies: table.optional(), scripts: table.optional(), source: z.unknown().optional() })
        .optional(),
      uv: table.optional(),
    })
    .optional(),
});

const pipfile = z.object({
  // By its name, as in the lockfile (locked.ts).
  source: z.array(z.object({ name: z.string() })).optional(),
  packages: table.optional(),
  requires: z
    .object({ python_version: z.string().optional(), python_full_version: z.string().optional() })
    .optional(),
});

type Pyproject = z.infer<typeof pyproject>;
type Pipfile = z.infer<typeof pipfile>;

/** Which tool installs, by which files. */
export type Manager = 'uv' | 'poetry' | 'pipenv' | 'requirements' | 'pyproject' | 'setup' | 'none';

/** What a Python app's files say, read once. */
export interface PythonProject {
  files: ProjectFiles;
  procfile: Procfile | null;
  manager: Manager;
  /** Files that the installation reads. */
  manifests: string[];
  /** What Poetry or Pipenv would install, where uv can do it from requirements: as a lockfile pins it, or the newest that fits. */
  requirements: { text: string; pinned: boolean } | null;
  /** null, or why the whole source must be there before the installation. */
  needsSource: string | null;
  /** Normal names of the packages that the app itself asks for, with their extras. */
  packages: ReadonlyMap<string, string[]>;
  /** Programs that pyproject.toml defines: name to `module:function`. */
  scripts: Readonly<Record<string, string>>;
  pyproject: Pyproject | null;
  pipenvPython: string | null;
  /** What else could have been used to install. */
  passedOver: string[];
}

/** Files that pip and uv read from the folder in which they run. */
const SETTINGS = ['uv.toml', 'pip.conf'];

/** Reads the manifests. Throws BerthError that names file and line of what is wrong. */
export async function readProject(files: ProjectFiles): Promise<PythonProject> {
  const project = await readPyproject(files);
  const found = managers(files, project);
  const manager = found[0] ?? 'none';
  const requirements = manager === 'requirements' ? await readRequirements(files, 'requirements.txt') : null;
  const pip = manager === 'pipenv' ? await readPipfile(files) : null;
  const packages = requirements?.packages ?? declared(project, pip?.packages ?? null);
  const needsSource =
    manager === 'setup'
      ? 'setup.py may read any file'
      : requirements?.local
        ? `requirements.txt installs "${requirements.local}" out of the app's own files`
        : null;
  return {
    files,
    procfile: await readProcfile(files),
    manager,
    manifests: [...manifestsOf(files, manager), ...(requirements?.files ?? [])].filter(
      (path, index, all) => all.indexOf(path) === index,
    ),
    requirements:
      manager === 'poetry' || manager === 'pipenv'
        ? await toolRequirements(files, manager, { packages, project, pip })
        : null,
    needsSource,
    packages,
    scripts: project?.project?.scripts ?? {},
    pyproject: project,
    pipenvPython: pip?.requires?.python_full_version ?? pip?.requires?.python_version ?? null,
    passedOver: found.slice(1).map((name) => mainFile(name)),
  };
}

async function toolRequirements(
  files: ProjectFiles,
  manager: 'poetry' | 'pipenv',
  of: { packages: ReadonlyMap<string, string[]>; project: Pyproject | null; pip: Pipfile | null },
): Promise<PythonProject['requirements']> {
  if (hasLock(files, manager)) {
    const text = await lockedRequirements(files, manager, of.packages.keys());
    return text === null ? null : { text, pinned: true };
  }
  const poetry = of.project?.tool?.poetry;
  const [dependencies, elsewhere] =
    manager === 'poetry'
      ? [poetry?.dependencies, poetry?.source !== undefined]
      : [of.pip?.packages, of.pip?.source?.some(({ name }) => name !== 'pypi') ?? false];
  const text = elsewhere ? null : unlockedRequirements(dependencies ?? {});
  return text === null ? null : { text, pinned: false };
}

/** The lockfile of a tool that has one. */
export const LOCKFILES = { poetry: 'poetry.lock', pipenv: 'Pipfile.lock' } as const;

export function hasLock(files: ProjectFiles, manager: keyof typeof LOCKFILES): boolean {
  return files.has(LOCKFILES[manager]);
}

async function readPyproject(files: ProjectFiles): Promise<Pyproject | null> {
  const text = await files.read('pyproject.toml');
  return text === null ? null : parseTomlFile('pyproject.toml', text, pyproject);
}

async function readPipfile(files: ProjectFiles): Promise<Pipfile | null> {
  const text = await files.read('Pipfile');
  return text === null ? null : parseTomlFile('Pipfile', text, pipfile);
}

/**
 * The ways in which this project can be installed, the surest first: a lockfile names exact versions, and who writes
 * requirements.txt beside one exports it from there.
 */
function managers(files: ProjectFiles, project: Pyproject | null): Manager[] {
  const poetry = project?.tool?.poetry !== undefined;
  const ways: [Manager, boolean][] = [
    ['uv', files.has('uv.lock') && project !== null],
    ['poetry', files.has('poetry.lock') && project !== null],
    ['pipenv', files.has('Pipfile.lock') && files.has('Pipfile')],
    ['requirements', files.has('requirements.txt')],
    ['poetry', poetry && project?.project?.dependencies === undefined],
    ['pyproject', project?.project !== undefined],
    ['pipenv', files.has('Pipfile')],
    ['setup', files.has('setup.py')],
  ];
  return [...new Set(ways.filter(([, isThere]) => isThere).map(([name]) => name))];
}

/** The file that a way of installing is known by. */
export function mainFile(manager: Manager): string {
  const names: Record<Manager, string> = {
    uv: 'uv.lock',
    poetry: 'pyproject.toml',
    pipenv: 'Pipfile',
    requirements: 'requirements.txt',
    pyproject: 'pyproject.toml',
    setup: 'setup.py',
    none: 'none',
  };
  return names[manager];
}

function manifestsOf(files: ProjectFiles, manager: Manager): string[] {
  const names: Record<Manager, string[]> = {
    uv: ['pyproject.toml', 'uv.lock'],
    poetry: ['pyproject.toml', 'poetry.lock', 'poetry.toml'],
    pipenv: ['Pipfile', 'Pipfile.lock'],
    requirements: ['requirements.txt'],
    pyproject: ['pyproject.toml'],
    setup: [],
    none: [],
  };
  return [...names[manager], ...(manager === 'none' ? [] : SETTINGS)].filter((path) => files.has(path));
}

/** Packages that the app asks for itself; what these bring along is their business. */
function declared(project: Pyproject | null, pip: Record<string, unknown> | null): Map<string, string[]> {
  const found = new Map<string, string[]>();
  for (const line of project?.project?.dependencies ?? []) {
    const requirement = parseRequirement(line);
    if (requirement !== null) found.set(requirement.name, requirement.extras);
  }
  for (const packages of [project?.tool?.poetry?.dependencies ?? {}, pip ?? {}])
    for (const [name, value] of Object.entries(packages)) found.set(normalName(name), extrasOf(value));
  found.delete('python');
  return found;
}

/** `{ version = "^0.30", extras = ["standard"] }` as Poetry and Pipenv write it. */
function extrasOf(value: unknown): string[] {
  const parsed = z.object({ extras: texts }).safeParse(value);
  return parsed.success ? parsed.data.extras.map(normalName) : [];
}
