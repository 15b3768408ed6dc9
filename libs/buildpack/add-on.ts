import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { addOnAccess, type AddOnKind } from '#libs/core/add-on.js';
import { addOnData, addOnScripts } from './add-on-scripts.js';
import { cmd, copy, imageText, unprivileged, type Instruction } from './dockerfile-text.js';
import type { PlanContext } from './language.js';
import { stackImage } from './stack-image.js';

const titles: Readonly<Record<AddOnKind, string>> = { postgres: 'PostgreSQL 17', redis: 'Redis 8' };
const start = ['sh', '/home/app/start.sh'];
const finalStage: { instruction: Instruction; part: 'runtime' }[] = [
  { instruction: unprivileged(), part: 'runtime' },
  { instruction: copy(['start.sh'], '/home/app/start.sh'), part: 'runtime' },
  { instruction: cmd(start), part: 'runtime' },
];

/**
 * Plans the image of an add-on: its stack, and how it starts on its volume. It is built as apps are, without a file of anybody's.
 * Throws `stack_missing`.
 */
export function planAddOn(kind: AddOnKind, context: Pick<PlanContext, 'stacks'>): BuildPlan {
  return {
    language: kind,
    title: titles[kind],
    detectedBy: 'add-on',
    choices: [],
    warnings: [],
    dockerfile: imageText([], stackImage(context, kind), finalStage),
    stacks: [kind],
    sourceFolder: '',
    extraFiles: { 'start.sh': addOnScripts[kind] },
    ignore: [],
    finalStage,
    dependencyFiles: [],
    processes: { web: start },
    port: addOnAccess[kind].port,
    healthPath: null,
    manifest: { env: {}, sleep: { enabled: false }, scale: {}, volumes: { data: addOnData } },
  };
}
