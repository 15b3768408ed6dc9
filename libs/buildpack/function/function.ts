import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { copy, dockerfileText } from '../dockerfile-text.js';
import type { Detection, Language, PlanContext } from '../language.js';
import { nodeImage } from '../node/dockerfile.js';
import { installChoice } from '../node/install.js';
import { runtimeChoice, wantedNode } from '../node/node-version.js';
import { readPackageJson } from '../node/package-json.js';
import { readProject } from '../node/project.js';
import { nodeStack } from '../node/stack.js';
import { processesOf } from '../processes.js';
import { readProcfile } from '../procfile.js';
import type { ProjectFiles } from '../project-files.js';
import { PYTHON_FUNCTION, planPython } from './python-function.js';
import { functionServer, nodeCommand, SERVER_PATH } from './function-server.js';

const SOURCE = 'app';
const SERVER = 'function-server.mjs';

/** Names of the author's file, at the top of the source. Node strips the types of TypeScript itself. */
const NODE_NAMES = ['function.ts', 'function.mts', 'function.js', 'function.mjs'];

export const language: Language = {
  name: 'function',
  title: 'Function',
  async detect(files) {
    const name = [...NODE_NAMES, PYTHON_FUNCTION].find((each) => files.has(each));
    if (name === undefined) return null;
    // A server that happens to have a file of that name starts itself.
    const start =
      name === PYTHON_FUNCTION
        ? (await readProcfile(files))?.get('web')
        : (await readPackageJson(files))?.scripts?.['start'];
    return { by: name, starts: start === undefined };
  },
  plan: (files, detection, context) =>
    detection.by === PYTHON_FUNCTION ? planPython(files, context) : planNode(files, detection, context),
};

/** A file that exports a web-standard handler, with the packages of its package.json, if it has any. */
async function planNode(files: ProjectFiles, detection: Detection, context: PlanContext): Promise<BuildPlan> {
  const file = NODE_NAMES.find((each) => files.has(each)) ?? detection.by;
  const project = await readProject(files, context);
  const stack = nodeStack(context, await wantedNode(files, project.manifest));
  const web = [...nodeCommand, file];
  const image = nodeImage({
    appId: context.appId,
    stack: stack.image,
    source: SOURCE,
    appFolder: '',
    install: project.install,
    steps: [],
    buildEnv: files.settings.build.env,
    buildCache: null,
    result: { kind: 'server', web, env: {}, also: [copy([SERVER], SERVER_PATH)] },
    keepDev: false,
    keepTool: false,
  });
  return {
    language: 'function',
    title: 'Function',
    detectedBy: file,
    choices: [
      {
        what: 'Function',
        value: file,
        why: `${file} at the top of the source; its default export, or exports named after methods, answer requests.`,
        change: 'Give package.json a "start" script to start a server of your own instead.',
      },
      runtimeChoice(stack),
      installChoice(project.install, false),
      {
        what: 'Port',
        value: '$PORT',
        why: 'Berth’s server around the function listens on it.',
        change: null,
      },
    ],
    warnings: [stack.warning, ...project.manager.warnings].filter((text) => text !== null),
    dockerfile: dockerfileText(image.instructions),
    stacks: [stack.name],
    sourceFolder: SOURCE,
    extraFiles: { [SERVER]: functionServer },
    ignore: ['node_modules', '.npm'],
    finalStage: image.finalStage,
    dependencyFiles: project.install.needed ? project.install.files : [],
    processes: processesOf(project.procfile, web),
    port: null,
    healthPath: null,
  };
}
