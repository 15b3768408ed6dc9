import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { copy, dockerfileText } from '../dockerfile-text.js';
import type { PlanContext } from '../language.js';
import { processesOf } from '../processes.js';
import type { ProjectFiles } from '../project-files.js';
import { pythonImage } from '../python/dockerfile.js';
import { installArgs, installChoice } from '../python/install.js';
import { IGNORED, pythonStacks, requirementsFile, requirementsFiles } from '../python/python.js';
import { readProject } from '../python/project.js';
import { pythonChoice } from '../python/version.js';
import { PYTHON_SERVER_PATH, pythonCommand, pythonServer } from './python-server.js';

/** Name of the author's file, at the top of the source. */
export const PYTHON_FUNCTION = 'function.py';

const SOURCE = 'app';
const SERVER = 'function-server.py';

/** A file with a handler, or a WSGI or ASGI app, with the packages that its project names, if it names any. */
export async function planPython(files: ProjectFiles, context: PlanContext): Promise<BuildPlan> {
  const project = await readProject(files);
  const runtime = await pythonChoice(project);
  const install = installArgs(project);
  const stacks = pythonStacks(context, runtime.version, install !== null);
  const { build } = files.settings;
  const web = [...pythonCommand, PYTHON_FUNCTION];
  const image = pythonImage({
    appId: context.appId,
    stacks,
    source: SOURCE,
    manifests: project.manifests,
    needsSource: project.needsSource !== null,
    requirementsFile: requirementsFile(project, install),
    install,
    build: null,
    collectStatic: false,
    buildEnv: build.env,
    runEnv: files.hasFolder('src') ? { PYTHONPATH: '/app/src:/app' } : {},
    also: [copy([SERVER], PYTHON_SERVER_PATH)],
    web,
  });
  return {
    language: 'function',
    title: 'Function',
    detectedBy: PYTHON_FUNCTION,
    choices: [
      {
        what: 'Function',
        value: PYTHON_FUNCTION,
        why: `${PYTHON_FUNCTION} at the top of the source; its handler, its app (WSGI or ASGI), or its functions named after methods answer requests.`,
        change: 'Write a Procfile with a "web" line to start a server of your own instead.',
      },
      runtime.choice,
      installChoice(project),
      {
        what: 'Port',
        value: '$PORT',
        why: 'Berth’s server around the function listens on it.',
        change: null,
      },
    ],
    warnings: [runtime.warning].filter((text) => text !== null),
    dockerfile: dockerfileText(image.instructions),
    stacks: stacks.names,
    sourceFolder: SOURCE,
    extraFiles: { [SERVER]: pythonServer, ...requirementsFiles(project, install) },
    ignore: IGNORED,
    finalStage: image.finalStage,
    dependencyFiles: install === null ? [] : project.manifests,
    processes: processesOf(project.procfile, web),
    port: null,
    healthPath: null,
  };
}
