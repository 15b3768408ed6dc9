import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import type { PlanContext } from './language.js';
import { languages } from './languages.js';
import { projectFiles } from './project-files.js';

/**
 * Detects the language of a source and plans its build. Same source, same plan. Throws BerthError that names the file
 * and the fix: `source_empty`, `no_language`, or what the language itself refuses.
 */
export async function planSource(tree: SnapshotTree, context: PlanContext): Promise<BuildPlan> {
  const files = projectFiles(tree);
  if (files.paths.length === 0) {
    throw new BerthError(
      'source_empty',
      'There are no files in this source. Commit the app’s files and push again.',
    );
  }
  for (const language of languages) {
    const detection = await language.detect(files);
    if (detection !== null) return language.plan(files, detection, context);
  }
  throw noLanguage(files.paths);
}

function noLanguage(paths: readonly string[]): BerthError {
  const top = [...new Set(paths.map((path) => path.split('/')[0] as string))];
  const seen =
    top.length > 12 ? `${top.slice(0, 12).join(', ')} and ${top.length - 12} more` : top.join(', ');
  const nested = paths.find((path) => /^[^/]+\/(?:Dockerfile|package\.json|index\.html)$/.test(path));
  const hint =
    nested === undefined
      ? ''
      : ` There is ${nested}, but Berth looks only in the top folder: push that folder as a repository of its own.`;
  return new BerthError(
    'no_language',
    `Berth does not know how to build this. It looked for Dockerfile, package.json, server.js and index.html and found only ${seen}.${hint} ` +
      'Add one of them to the top folder; a Dockerfile builds anything.',
    {
      details: { looked: ['Dockerfile', 'package.json', 'server.js', 'index.html'], found: top.slice(0, 50) },
    },
  );
}
