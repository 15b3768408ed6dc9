import type { LayerPart } from '#libs/contracts/build-plan.js';
import {
  cmd,
  copy,
  env,
  envs,
  from,
  run,
  unprivileged,
  workdir,
  type Cache,
  type Instruction,
} from '../dockerfile-text.js';
import type { Packaging } from './project.js';

export interface JavaImage {
  instructions: Instruction[];
  /** The final stage's instructions after FROM, with their part of the image. */
  finalStage: { instruction: Instruction; part: LayerPart }[];
}

export interface JavaImageInput {
  appId: string;
  stacks: { build: string; run: string };
  /** Folder of the context with the app's files. */
  source: string;
  module: string;
  packaging: Packaging;
  commands: string[][];
  buildEnv: Readonly<Record<string, string>>;
  web: string[];
  /** The author's own start command names files where Maven puts them. */
  keepsTarget: boolean;
}

/** Where what is started is put together in the build stage. */
const OUT = '/home/app/out';

/** Maven's downloads, kept from one build of this app to the next. */
export function mavenCache(appId: string): Cache {
  return { id: `berth-${appId}-maven`, target: '/home/app/.m2' };
}

/** The largest jar (or war) that is a program, out of what Maven left in `target`. */
const FIND_JAR =
  `jar=$(ls -S target/*.jar target/*.war 2>/dev/null | grep -Ev '(-sources|-javadoc|-tests|-plain)\\.jar$|/original-' | head -n 1); ` +
  `test -n "$jar" || { echo 'The build left no jar in target/.'; exit 1; }; mkdir -p ${OUT}; cp "$jar" ${OUT}/app.jar`;

/**
 * Takes the result apart, so that libraries, which seldom change, are a layer of their own and a changed source file changes a small one.
 */
export function javaImage(input: JavaImageInput): JavaImage {
  const folder = input.module === '' ? '/app' : `/app/${input.module}`;
  const layers = input.keepsTarget ? targetLayers(folder) : layersOf(input.packaging, folder);
  const finalStage: JavaImage['finalStage'] = [
    { instruction: workdir('/app'), part: 'runtime' },
    { instruction: unprivileged(), part: 'runtime' },
    // Room for what a JVM needs besides its heap within the limit of an instance.
    { instruction: env('JAVA_TOOL_OPTIONS', '-XX:MaxRAMPercentage=60 -XX:+UseSerialGC'), part: 'runtime' },
    ...layers.copies,
    { instruction: cmd(input.web), part: 'app' },
  ];
  return {
    instructions: [
      from(input.stacks.build, 'build'),
      workdir('/app'),
      unprivileged(),
      ...envs(input.buildEnv),
      copy([`${input.source}/`], './'),
      ...input.commands.map((args) => run(args, mavenCache(input.appId))),
      ...(layers.workdir === null ? [] : [workdir(layers.workdir)]),
      ...layers.steps,
      from(input.stacks.run),
      ...finalStage.map(({ instruction }) => instruction),
    ],
    finalStage,
  };
}

interface Layers {
  workdir: string | null;
  steps: Instruction[];
  copies: JavaImage['finalStage'];
}

function layersOf(packaging: Packaging, folder: string): Layers {
  const part = (path: string, to: string, which: LayerPart) => ({
    instruction: copy([path], to, 'build'),
    part: which,
  });
  switch (packaging) {
    case 'spring-boot': {
      const parts = ['dependencies', 'spring-boot-loader', 'snapshot-dependencies', 'application'];
      const script =
        `${FIND_JAR}; java -Djarmode=tools -jar ${OUT}/app.jar extract --layers --destination ${OUT}/layers; ` +
        `mkdir -p ${parts.map((name) => `${OUT}/layers/${name}`).join(' ')}`;
      return {
        workdir: folder,
        steps: [run(['/bin/sh', '-ec', script])],
        copies: parts.map((name) =>
          part(`${OUT}/layers/${name}/`, './', name === 'application' ? 'app' : 'dependencies'),
        ),
      };
    }
    case 'quarkus': {
      const out = `${folder}/target/quarkus-app`;
      return {
        workdir: null,
        steps: [],
        copies: [part(`${out}/lib/`, './lib/', 'dependencies'), part(`${out}/`, './', 'app')],
      };
    }
    default:
      return {
        workdir: folder,
        steps: [run(['/bin/sh', '-ec', FIND_JAR])],
        copies: [part(`${OUT}/app.jar`, './app.jar', 'app')],
      };
  }
}

/** All that Maven made, where it made it. */
function targetLayers(folder: string): Layers {
  const at = folder === '/app' ? './' : `./${folder.slice('/app/'.length)}/`;
  return {
    workdir: null,
    steps: [],
    copies: [{ instruction: copy([`${folder}/target/`], `${at}target/`, 'build'), part: 'app' }],
  };
}
