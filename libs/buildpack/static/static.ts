import type { BuildPlan, PlanChoice } from '#libs/contracts/build-plan.js';
import { BerthError } from '#libs/core/errors.js';
import { BERTH_TOML } from '../berth-toml.js';
import { userCommand } from '../command.js';
import { imageText } from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { portVariable } from '../port-variable.js';
import { processesOf } from '../processes.js';
import { readProcfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stackImage } from '../stack-image.js';
import { SITE_STACK, siteFiles, siteServer, siteServerChoice, siteStage } from './site-image.js';
import { siteSettings } from './site-settings.js';

const SOURCE = 'app';

/** Folders that may hold the site, the app's root first. */
const FOLDERS = ['', 'public', 'dist', 'build', 'docs'];

export const language: Language = {
  name: 'static',
  title: 'Static site',
  async detect(files) {
    const folder = siteFolder(files);
    return folder === null ? null : { by: pageOf(folder) };
  },
  plan,
};

function siteFolder(files: ProjectFiles): string | null {
  const { publish } = files.settings.build;
  if (publish !== null) return publish === '.' ? '' : publish;
  return FOLDERS.find((folder) => files.has(pageOf(folder))) ?? null;
}

function pageOf(folder: string): string {
  return folder === '' ? 'index.html' : `${folder}/index.html`;
}

async function plan(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const folder = siteFolder(files) ?? '';
  if (folder !== '' && !files.hasFolder(folder)) throw noFolder(folder);
  const stack = stackImage(context, SITE_STACK);
  const finalStage = siteStage(folder === '' ? `${SOURCE}/` : `${SOURCE}/${folder}/`);
  const found = await siteSettings(files, {
    folders: [folder],
    singlePage: files.settings.singlePage,
    built: false,
  });
  return {
    language: 'static',
    title: 'Static site',
    detectedBy: detection.by,
    choices: [
      folderChoice(files, folder, detection),
      siteServerChoice,
      ...found.choices,
      portVariable('server'),
    ],
    warnings: [...(files.has('package.json') ? [UNUSED_MANIFEST] : []), ...found.warnings],
    dockerfile: imageText([], stack, finalStage),
    stacks: [SITE_STACK],
    sourceFolder: SOURCE,
    extraFiles: siteFiles(found.settings),
    // What is about the site is not part of it.
    ignore: ['node_modules', BERTH_TOML, 'Procfile'],
    finalStage,
    dependencyFiles: [],
    processes: await processes(files),
    port: null,
    healthPath: null,
  };
}

const UNUSED_MANIFEST =
  'package.json has neither a "build" nor a "start" script, so it is not used: the files are served as they are.';

function folderChoice(files: ProjectFiles, folder: string, { by }: Detection): PlanChoice {
  const value = folder === '' ? 'the root of the source' : folder;
  if (files.settings.build.publish !== null) {
    return {
      what: 'Folder',
      value,
      why: 'berth.toml says so.',
      change: 'Change publish under [build] in berth.toml.',
    };
  }
  return {
    what: 'Folder',
    value,
    why: `The first index.html found is ${by}; looked in the root, ${FOLDERS.slice(1).join(', ')}.`,
    change: 'Write publish under [build] in berth.toml.',
  };
}

function noFolder(folder: string): BerthError {
  return new BerthError(
    'publish_missing',
    `berth.toml names "${folder}" as publish under [build], and the source has no files there. Correct it, or commit the folder.`,
    { details: { file: BERTH_TOML, folder } },
  );
}

/** A Procfile may name another command for `web`; the stack then only supplies the files. */
async function processes(files: ProjectFiles): Promise<Record<string, string[]>> {
  const procfile = await readProcfile(files);
  const line = procfile?.get('web');
  return processesOf(procfile, line === undefined ? siteServer : userCommand(line).args);
}
