import { isDeepStrictEqual } from 'node:util';
import type { BuildPlan } from '#libs/contracts/build-plan.js';
import type { Db } from '#libs/store/db.js';
import { systemActor } from '#libs/store/events.js';
import type { Deployment } from '#libs/store/generated/client.js';
import { endUnchanged, liveBuild, type LiveBuild } from '#libs/store/unchanged.js';
import { repositoryOf, type BuildRun } from './pipeline.js';

/** Doors through which the same files come again; whoever repeats a deployment by hand wants it done. */
const TRIGGERS = new Set(['git', 'upload']);

/** Does a deployment bring files, rather than repeat one by hand? */
export function bringsFiles({ trigger }: Pick<Deployment, 'trigger'>): boolean {
  return TRIGGERS.has(trigger);
}

/** The live build, when this deployment may turn out to be the same. Read beside the first steps; not to be told is not to be compared. */
export async function comparable(
  db: Db,
  deployment: Pick<Deployment, 'appId' | 'trigger'>,
): Promise<LiveBuild | null> {
  return bringsFiles(deployment) ? liveBuild(db, deployment.appId).catch(() => null) : null;
}

/**
 * Ends the deployment before anything is built, when the files, the plan and the stacks are those that the live image was made of.
 * True: it has ended. A Dockerfile is always built: what its FROM names may have changed elsewhere.
 */
export async function endsBeforeBuild(run: BuildRun, plan: BuildPlan): Promise<boolean> {
  const live = await run.live;
  if (live === null || plan.language === 'dockerfile' || !buildsTheSame(plan, live.plan)) return false;
  const [, digest = ''] = live.release.image.split('@');
  if ((await run.parts.registry.digestOf(repositoryOf(run.order.app.id), digest)) === null) return false;
  return end(run, plan, live);
}

/** The same after the build, when it gave the very image that is live. */
export async function endsAfterBuild(run: BuildRun, plan: BuildPlan | null, image: string): Promise<boolean> {
  const live = await run.live;
  return live !== null && plan !== null && live.release.image === image && end(run, plan, live);
}

async function end(run: BuildRun, plan: BuildPlan, live: LiveBuild): Promise<boolean> {
  const { claim, parts, build } = run;
  const { image, number, port } = live.release;
  // Without a word of the plan, the port is the image's; and what is live may go by a word that was taken back.
  if (plan.port === null && live.plan.port !== null) return false;
  await run.log.flush();
  return endUnchanged(parts.db, {
    deploymentId: claim.deployment.id,
    holder: claim.holder,
    build,
    live,
    content: {
      image,
      processes: plan.processes,
      port: plan.port ?? port,
      healthPath: plan.healthPath,
      manifest: plan.manifest ?? null,
    },
    lines: [
      {
        kind: 'phase',
        text: `Nothing changed: v${number} has the same files and settings, and goes on serving`,
      },
      {
        kind: 'detail',
        text: 'No release was made and no instance started; "berth restart" starts them anew.',
      },
    ],
    actor: systemActor('builder'),
  });
}

/** Do two plans give the same image? What they say to people, and what one of them alone was told later, is no part of it. */
export function buildsTheSame(one: BuildPlan, other: BuildPlan): boolean {
  if (one.contextId === undefined) return false;
  return isDeepStrictEqual(recipe(one), recipe(other));
}

function recipe({ contextId, dockerfile, extraFiles, sourceFolder, root, target, buildArgs }: BuildPlan) {
  return { contextId, dockerfile, extraFiles, sourceFolder, root, target, buildArgs };
}
