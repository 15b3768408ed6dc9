/**
 * The steps of a deployment, in the order of the timeline. From `image` to `start` they are the steps of `docker run`
 * as the founding text tells them.
 */
export const deploymentSteps = [
  'receive',
  'queue',
  'snapshot',
  'plan',
  'stack',
  'build',
  'push',
  'release',
  'command',
  'warm',
  'image',
  'create',
  'layer',
  'network',
  'start',
  'ready',
  'rollout',
  'route',
  'drain',
] as const;
export type StepName = (typeof deploymentSteps)[number];
export type StepOutcome = 'running' | 'done' | 'skipped' | 'failed';

/** What each step does, for people; the pages and `git push` show these. */
export const stepTitles: Record<StepName, string> = {
  receive: 'Source received',
  queue: 'Waiting for a builder',
  snapshot: 'Snapshot of the source',
  plan: 'Detect and plan',
  stack: 'Make the stack image',
  build: 'Build the image',
  push: 'Push the image to the registry',
  release: 'Create the release',
  command: 'Release command',
  warm: 'Taken from the warm pool',
  image: 'Image on the host',
  create: 'Container created',
  layer: 'Writable layer added',
  network: 'Network interface attached',
  start: 'Process started',
  ready: 'Readiness check answered',
  rollout: 'Given to visitors step by step',
  route: 'Route switched',
  drain: 'Old instances drained',
};

/** Position of a step in the timeline. */
export function stepPosition(name: StepName): number {
  return deploymentSteps.indexOf(name);
}
