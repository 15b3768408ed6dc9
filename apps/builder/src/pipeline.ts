import type Docker from 'dockerode';
import type { Env } from '#libs/config/env.js';
import type { ServedBy } from '#libs/contracts/api/mirrors.js';
import type { PushedImage } from '#libs/images/push-image.js';
import type { RegistryClient } from '#libs/images/registry-client.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { BuildOrder } from '#libs/store/builds.js';
import type { Db } from '#libs/store/db.js';
import type { Build } from '#libs/store/generated/client.js';
import type { RegistryLock } from '#libs/store/registry-lock.js';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import type { BuildStepReport } from '#libs/contracts/build-report.js';
import type { BuildClock } from './build-clock.js';
import type { BuildGuards, GuardReport } from './build-guard.js';
import type { LiveBuild } from '#libs/store/unchanged.js';
import type { BuildLog } from './build-log.js';
import type { Claim } from './claim.js';
import type { StackMaker } from './stack-maker.js';
import type { Committed } from './take-instance.js';
import type { Timeline } from './timeline.js';

/** The parts that all builds of this process share. */
export interface Parts {
  env: Env;
  db: Db;
  sealer: Sealer;
  docker: Docker;
  registry: RegistryClient;
  stackMaker: StackMaker;
  /** Held while an image is pushed: nobody sweeps the registry then. */
  registryLock: RegistryLock;
  /** Has disk collected that can be spared, and waits for it. */
  makeRoom: (signal: AbortSignal) => Promise<void>;
  guards: BuildGuards;
}

/** One build under way: what its steps work with. */
export interface BuildRun {
  parts: Parts;
  claim: Claim;
  order: BuildOrder;
  build: Build;
  /** What is live, where it may turn out to be the same as what is built. */
  live: Promise<LiveBuild | null>;
  log: BuildLog;
  timeline: Timeline;
  /** Which mirror served what, or failed to, so far. */
  served: ServedBy[];
  /** What the Engine built, with mirrors, and whether a command ran for it that was not cached. */
  built: { plan: BuildPlan; ranCommand: boolean } | null;
  /** What the Engine did for it so far. */
  steps: BuildStepReport[];
  /** Base images that were brought to the Engine for this build alone. */
  borrowed: string[];
  /** What it used, once its work on the Engine has ended. */
  guarded: GuardReport | null;
  /** Aborts when the hold is over or the build took too long. */
  signal: AbortSignal;
  clock: BuildClock;
  /** Of the commit of an instance: what was taken of it. */
  committed?: Committed;
  /** The image, where it was made in the registry and no build ran; `again` stores it once more. */
  appended?: { stored: PushedImage; again: () => Promise<unknown> };
}

/** Repository of an app's images in the internal registry. */
export function repositoryOf(appId: string): string {
  return `apps/${appId}`;
}

/** Tag of one attempt: two attempts, or two deployments, never push over each other. */
export function tagOf({ claim }: BuildRun): string {
  return `d${claim.deployment.number}-${claim.deployment.attempt}`;
}
