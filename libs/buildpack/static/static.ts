import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import { dockerfileText, from } from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { processesOf } from '../processes.js';
import { readProcfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { stackImage } from '../stack-image.js';
import { SITE_STACK, siteFiles, siteServer, siteServerChoice, siteStage } from './site-image.js';

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
  const stack = stackImage(context, SITE_STACK);
  const folder = siteFolder(files) ?? '';
  const source = folder === '' ? `${SOURCE}/` : `${SOURCE}/${folder}/`;
  const finalStage = siteStage(source);
  return {
    language: 'static',
    title: 'Static site',
    detectedBy: detection.by,
    choices: [
      {
        what: 'Folder',
        value: folder === '' ? 'the root of the source' : folder,
        why: `The first index.html found is ${detection.by}; looked in the root, ${FOLDERS.slice(1).join(', ')}.`,
        change: 'Move index.html to the root, or add a Dockerfile.',
      },
      siteServerChoice,
      { what: 'Port', value: '$PORT', why: 'Berth tells the server in PORT where to listen.', change: null },
    ],
    warnings: files.has('package.json')
      ? [
          'package.json has neither a "build" nor a "start" script, so it is not used: the files are served as they are.',
        ]
      : [],
    dockerfile: dockerfileText([from(stack), ...finalStage.map(({ instruction }) => instruction)]),
    stacks: [SITE_STACK],
    sourceFolder: SOURCE,
    extraFiles: siteFiles(),
    ignore: ['node_modules'],
    finalStage,
    dependencyFiles: [],
    processes: await processes(files),
    port: null,
    healthPath: null,
  };
}

/** A Procfile may name another command for `web`; the stack then only supplies the files. */
async function processes(files: ProjectFiles): Promise<Record<string, string[]>> {
  const procfile = await readProcfile(files);
  const line = procfile?.get('web');
  return processesOf(procfile, line === undefined ? siteServer : userCommand(line).args);
}
