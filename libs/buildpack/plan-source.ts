import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { subTree, type SnapshotTree } from '#libs/core/snapshot-tree.js';
import { suggest } from '#libs/core/suggest.js';
import { applySettings } from './apply-settings.js';
import { BERTH_TOML, readBerthToml } from './berth-toml.js';
import type { PlanContext } from './language.js';
import { findLanguages, languages, type Found } from './languages.js';
import { projectFiles, type ProjectFiles } from './project-files.js';
import { settingsFile, speakingOf } from './own-file.js';
import type { Settings } from './settings.js';
import { contentWarnings, sourceWarnings } from './source-warnings.js';
import { unavailable } from './unavailable.js';

/**
 * Reads berth.toml (or the app's own), detects the language of a source and plans its build. Same source, same plan. Throws BerthError that
 * names the file and the fix: `source_empty`, `berth_toml_invalid`, `root_missing`, `no_language`, or what the language
 * itself refuses.
 */
export async function planSource(
  tree: SnapshotTree,
  context: Omit<PlanContext, 'repository'>,
): Promise<BuildPlan> {
  if (tree.entries.length === 0) {
    throw new BerthError(
      'source_empty',
      'There are no files in this source. Commit the app’s files and push again.',
    );
  }
  const file = settingsFile(projectFiles(tree), context.appName);
  return speakingOf(file, () => planBy(file, tree, context));
}

async function planBy(
  file: string,
  tree: SnapshotTree,
  context: Omit<PlanContext, 'repository'>,
): Promise<BuildPlan> {
  const settings = await readBerthToml(projectFiles(tree), file);
  const { root } = settings.build;
  const repository = projectFiles(tree, settings);
  const files = projectFiles(subTree(tree, root), settings);
  if (files.paths.length === 0) throw noRoot(root, repository);
  const [found, ...others] = await findLanguage(files, settings);
  const { language, detection } = found;
  const plan = await language.plan(files, detection, {
    ...context,
    repository: { files: repository, root },
  });
  const whole = applySettings(alsoFound(plan, others), settings, root);
  const odd = [...sourceWarnings(subTree(tree, root)), ...(await contentWarnings(files))];
  return warned(whole, odd, files, root);
}

/** The language that builds this source, then others that know it. */
async function findLanguage(files: ProjectFiles, { build }: Settings): Promise<[Found, ...Found[]]> {
  const named = build.language ?? (build.dockerfile === null ? null : 'dockerfile');
  if (named !== null) {
    const language = languages.find(({ name }) => name === named);
    if (language === undefined) throw unknownLanguage(named);
    return [{ language, detection: (await language.detect(files)) ?? { by: BERTH_TOML } }];
  }
  const [first, ...others] = await findLanguages(files);
  if (first === undefined) throw unavailable(files.paths) ?? noLanguage(files.paths);
  return [first, ...others];
}

/** Says what was not chosen; that plain files are there goes without saying. */
function alsoFound(plan: BuildPlan, others: readonly Found[]): BuildPlan {
  const apps = others.filter(({ language }) => language.name !== 'static');
  const [second] = apps;
  if (second === undefined) return plan;
  const names = apps.map(({ language, detection }) => `${detection.by} (${language.title})`).join(', ');
  const choice: PlanChoice = {
    what: 'Language',
    value: plan.title,
    why: `${plan.detectedBy} says what is started. Also found, and not used: ${names}.`,
    change: `Write language = "${second.language.name}" under [build] in ${BERTH_TOML}, or root = "…" when the app is in a folder.`,
  };
  return { ...plan, choices: [choice, ...plan.choices] };
}

/** Adds what is odd about the source itself. Of several berth.toml, only the one at the top is read. */
function warned(plan: BuildPlan, more: string[], files: ProjectFiles, root: string): BuildPlan {
  const unread =
    root === '' || !files.has(BERTH_TOML)
      ? []
      : [
          `${root}/${BERTH_TOML} is not read: the ${BERTH_TOML} at the top of the source is. Move what it says there.`,
        ];
  return { ...plan, warnings: [...plan.warnings, ...unread, ...more] };
}

function noRoot(root: string, { paths }: ProjectFiles): BerthError {
  const folders = [
    ...new Set(paths.filter((path) => path.includes('/')).map((path) => path.replace(/\/[^/]*$/, ''))),
  ];
  const near = suggest(root, folders, 1)[0] ?? folders.find((folder) => folder.endsWith(`/${root}`));
  return new BerthError(
    'root_missing',
    `${BERTH_TOML} names "${root}" as root under [build], and the source has no files there. ` +
      (near === undefined ? 'Correct it, or commit the folder.' : `Did you mean "${near}"?`),
    { details: { file: BERTH_TOML, root } },
  );
}

function unknownLanguage(named: string): BerthError {
  const names = languages.map(({ name }) => name);
  const near = suggest(named, names, 1)[0];
  return new BerthError(
    'language_unknown',
    `${BERTH_TOML} names "${named}" as language under [build], which Berth does not know.` +
      `${near === undefined ? '' : ` Did you mean "${near}"?`} It knows ${names.join(', ')}.`,
    { details: { file: BERTH_TOML, known: names } },
  );
}

/** What a source may begin with, for people. */
const looked = [
  'Dockerfile',
  'function.ts',
  'function.py',
  'package.json',
  'go.mod',
  'Cargo.toml',
  'pom.xml',
  'composer.json',
  'index.php',
  'requirements.txt',
  'pyproject.toml',
  'Pipfile',
  'manage.py',
  'Gemfile',
  'deno.json',
  'index.html',
];

function noLanguage(paths: readonly string[]): BerthError {
  const top = [...new Set(paths.map((path) => path.split('/')[0] as string))];
  const seen =
    top.length > 12 ? `${top.slice(0, 12).join(', ')} and ${top.length - 12} more` : top.join(', ');
  const nested = paths.find((path) =>
    /^[^/]+\/(?:Dockerfile|package\.json|go\.mod|Cargo\.toml|pom\.xml|composer\.json|index\.php|requirements\.txt|pyproject\.toml|manage\.py|Gemfile|deno\.json|index\.html)$/.test(
      path,
    ),
  );
  const hint =
    nested === undefined
      ? ''
      : ` There is ${nested}, but Berth looks only in the top folder: write ${BERTH_TOML} with root = "${nested.split('/')[0]}" under [build].`;
  return new BerthError(
    'no_language',
    `Berth does not know how to build this. It looked for ${looked.slice(0, -1).join(', ')} and ${looked.at(-1)} and found only ${seen}.${hint} ` +
      'Add one of them to the top folder; a Dockerfile builds anything.',
    {
      details: { looked, found: top.slice(0, 50) },
    },
  );
}
