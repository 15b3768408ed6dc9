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
import type { JavaTool, Packaging } from './project.js';

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
  tool: JavaTool;
  commands: string[][];
  /** Files of Berth's own that the commands read. */
  also?: readonly Instruction[];
  buildEnv: Readonly<Record<string, string>>;
  web: string[];
  /** The author's own start command names files where the tool puts them. */
  keepsMade: boolean;
}

/** Where what is started is put together in the build stage. */
const OUT = '/home/app/out';

/** Downloads of Maven or Gradle, kept from one build of this app to the next. */
function downloads(appId: string, tool: JavaTool): Cache {
  return { id: `berth-${appId}-${tool}`, target: tool === 'maven' ? '/home/app/.m2' : '/home/app/.gradle' };
}

/** For a program of Java's that is over before compiling it well has paid. */
const QUICK = '-XX:TieredStopAtLevel=1 -XX:+UseSerialGC';

/** Where each tool leaves what it made, and jars among it. */
const RESULTS: Record<JavaTool, { folder: string; jars: string }> = {
  maven: { folder: 'target', jars: 'target' },
  gradle: { folder: 'build', jars: 'build/libs' },
};

/** The largest jar (or war) that is a program, out of what the tool left. */
function findJar(tool: JavaTool): string {
  const { jars } = RESULTS[tool];
  return (
    `jar=$(ls -S ${jars}/*.jar ${jars}/*.war 2>/dev/null | grep -Ev '(-sources|-javadoc|-tests|-plain)\\.jar$|/original-' | head -n 1); ` +
    `test -n "$jar" || { echo 'The build left no jar in ${jars}/.'; exit 1; }; mkdir -p ${OUT}; cp "$jar" ${OUT}/app.jar`
  );
}

/** What `installDist` of Gradle's plugin "application" made, its own jars apart from libraries; its start script by a name that does not change. */
const TAKE_INSTALLED = [
  `mkdir -p ${OUT}/own/lib`,
  `cp -r build/install/*/. ${OUT}/`,
  `for jar in build/libs/*.jar; do name=\${jar##*/}; test ! -e "${OUT}/lib/$name" || mv "${OUT}/lib/$name" ${OUT}/own/lib/; done`,
  `for script in ${OUT}/bin/*; do case "$script" in *.bat) rm "$script";; *) ln -sf "\${script##*/}" ${OUT}/bin/berth-start;; esac; done`,
].join('; ');

/**
 * Takes the result apart, so that libraries, which seldom change, are a layer of their own and a changed source file changes a small one.
 */
export function javaImage(input: JavaImageInput): JavaImage {
  const folder = input.module === '' ? '/app' : `/app/${input.module}`;
  const layers = input.keepsMade ? targetLayers(folder, RESULTS[input.tool].folder) : layersOf(input, folder);
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
      ...(input.also ?? []),
      copy([`${input.source}/`], './'),
      ...input.commands.map((args) => run(args, downloads(input.appId, input.tool))),
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

function layersOf({ packaging, tool }: JavaImageInput, folder: string): Layers {
  const part = (path: string, to: string, which: LayerPart) => ({
    instruction: copy([path], to, 'build'),
    part: which,
  });
  switch (packaging) {
    case 'spring-boot': {
      const parts = ['dependencies', 'spring-boot-loader', 'snapshot-dependencies', 'application'];
      const script =
        `${findJar(tool)}; java ${QUICK} -Djarmode=tools -jar ${OUT}/app.jar extract --layers --destination ${OUT}/layers; ` +
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
      const out = `${folder}/${RESULTS[tool].folder}/quarkus-app`;
      return {
        workdir: null,
        steps: [],
        copies: [part(`${out}/lib/`, './lib/', 'dependencies'), part(`${out}/`, './', 'app')],
      };
    }
    case 'install':
      return {
        workdir: folder,
        steps: [run(['/bin/sh', '-ec', TAKE_INSTALLED])],
        copies: [
          part(`${OUT}/lib/`, './lib/', 'dependencies'),
          part(`${OUT}/bin/`, './bin/', 'app'),
          part(`${OUT}/own/lib/`, './lib/', 'app'),
        ],
      };
    default:
      return {
        workdir: folder,
        steps: [run(['/bin/sh', '-ec', findJar(tool)])],
        copies: [part(`${OUT}/app.jar`, './app.jar', 'app')],
      };
  }
}

/** All that the tool made, where it made it. */
function targetLayers(folder: string, made: string): Layers {
  const at = folder === '/app' ? './' : `./${folder.slice('/app/'.length)}/`;
  return {
    workdir: null,
    steps: [],
    copies: [{ instruction: copy([`${folder}/${made}/`], `${at}${made}/`, 'build'), part: 'app' }],
  };
}
