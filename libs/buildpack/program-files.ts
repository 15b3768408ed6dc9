import type { LayerPart, PlanChoice } from '#libs/contracts/build-plan.js';
import { cmd, copy, unprivileged, workdir, type Instruction } from './dockerfile-text.js';
import type { ProjectFiles } from './project-files.js';

/** Never read by a running program: what is about the repository. */
const REPOSITORY =
  /^(?:vendor|testdata|tests?|bin|target|docs?|node_modules|\..*|README.*|LICENSE.*|CHANGELOG.*|CONTRIBUTING.*|Makefile|Procfile|Dockerfile.*|docker-compose.*|berth\.toml)$/i;

/**
 * Top folders (with a slash at their end) and files that travel beside a compiled program, since it may read them: templates, pages,
 * migrations. `isSource` says which files the compiler has already read; `isOwn` which top names are the language's.
 */
export function filesBeside(
  { paths }: ProjectFiles,
  isSource: (path: string) => boolean,
  isOwn: (top: string) => boolean,
): string[] {
  const found = new Set<string>();
  for (const path of paths) {
    const [top, ...rest] = path.split('/') as [string, ...string[]];
    if (REPOSITORY.test(top) || isOwn(top) || isSource(path)) continue;
    found.add(rest.length > 0 ? `${top}/` : top);
  }
  return [...found].slice(0, 100);
}

/** Copies them from the folder of the context that has the source to the working folder. */
function copyBeside(source: string, beside: readonly string[]): Instruction[] {
  const single = beside.filter((path) => !path.endsWith('/')).map((path) => `${source}/${path}`);
  const folders = beside.filter((path) => path.endsWith('/'));
  return [
    ...(single.length > 0 ? [copy(single, './')] : []),
    ...folders.map((folder) => copy([`${source}/${folder}`], `./${folder}`)),
  ];
}

/**
 * The last stage of a compiled program's image after its FROM: the programs of the stage `build` in `bin/`, what lies beside
 * them, and the command that starts one.
 */
export function programStage(
  source: string,
  { variable, beside, start }: { variable: Instruction; beside: readonly string[]; start: readonly string[] },
): { instruction: Instruction; part: LayerPart }[] {
  const runtime = [workdir('/app'), unprivileged(), variable];
  const app = [copy(['/app/bin/'], './bin/', 'build'), ...copyBeside(source, beside), cmd(start)];
  return [
    ...runtime.map((instruction) => ({ instruction, part: 'runtime' as const })),
    ...app.map((instruction) => ({ instruction, part: 'app' as const })),
  ];
}

/** What people are told about them. */
export function besideChoice(beside: readonly string[]): PlanChoice {
  return {
    what: 'Files beside the program',
    value: beside.length === 0 ? 'none' : beside.join(', '),
    why: 'Folders and files that are no source may be read while it runs; they lie in the working folder, as in the repository.',
    change: 'Name what should stay out in .dockerignore.',
  };
}
