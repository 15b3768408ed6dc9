import type { BuildPlan } from '#libs/contracts/build-plan.js';
import { memoryTree } from '#libs/core/snapshot-tree.js';
import { planSource } from './plan-source.js';

export const APP = '01890000-0000-7000-8000-000000000001';

/** Plans a source given as path to content, as tests do. */
export function planOf(files: Record<string, string | Uint8Array>, appName?: string): Promise<BuildPlan> {
  return planSource(memoryTree(files), {
    appId: APP,
    ...(appName !== undefined && { appName }),
    // Every stack is there: `stack/node` and so on.
    stacks: new Proxy({}, { get: (_, name) => `stack/${String(name)}` }),
  });
}

/** Instructions of a stage, without its FROM. */
export function stage(dockerfile: string, index: number): string[] {
  const stages = dockerfile
    .trim()
    .split(/^FROM .*$/m)
    .slice(1);
  return (stages.at(index) ?? '').trim().split('\n');
}
