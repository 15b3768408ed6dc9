import type { BuildPlan, ImageLayer } from '#libs/contracts/build-plan.js';
import { buildPlan, imageLayer } from '#libs/contracts/build-plan.js';
import { transaction, type Db } from './db.js';
import { moveDeployment, type Holder } from './deployments.js';
import type { Actor } from './events.js';
import type { Build, Release } from './generated/client.js';
import { lockApp } from './locks.js';
import { appendLogLines } from './log-lines.js';
import { wouldEqual, type ReleaseContent } from './releases.js';

/** The live release of an app with the build that made its image. */
export interface LiveBuild {
  release: Release;
  plan: BuildPlan;
  layers: ImageLayer[];
  imageBytes: bigint | null;
}

/** Null when nothing is live, or what is live was not built from files that are known. */
export async function liveBuild(db: Db, appId: string): Promise<LiveBuild | null> {
  const app = await db.app.findUnique({ where: { id: appId }, select: { liveReleaseId: true } });
  if (!app?.liveReleaseId) return null;
  const found = await db.release.findUnique({ where: { id: app.liveReleaseId }, include: { build: true } });
  if (!found?.build) return null;
  const { build, ...release } = found;
  const plan = buildPlan.safeParse(build.plan);
  const layers = imageLayer.array().safeParse(build.layers);
  if (!plan.success || !layers.success || build.image !== release.image) return null;
  return { release, plan: plan.data, layers: layers.data, imageBytes: build.imageBytes };
}

/**
 * Ends a deployment as live without a release of its own, because the live one is what it would make: all of it is checked again, and
 * written, in one transaction. False, and nothing written, when anything differs, an instance has crashed (a push may be meant
 * to mend that), or the deployment is held by another or has ended.
 */
export async function endUnchanged(
  db: Db,
  end: {
    deploymentId: string;
    holder: Holder;
    build: Build;
    live: LiveBuild;
    content: Omit<ReleaseContent, 'buildId'>;
    lines: { kind: 'phase' | 'detail'; text: string }[];
    actor: Actor;
  },
): Promise<boolean> {
  const { release, plan, layers, imageBytes } = end.live;
  class Differs extends Error {}
  try {
    await transaction(db, async (tx) => {
      await lockApp(tx, release.appId);
      const app = await tx.app.findUniqueOrThrow({ where: { id: release.appId } });
      if (app.deletedAt !== null || app.liveReleaseId !== release.id) throw new Differs();
      if (!wouldEqual(app, { ...end.content, buildId: null }, release)) throw new Differs();
      // With part of the visitors at another release, the push may be meant to end that.
      if ((await tx.split.count({ where: { appId: app.id } })) > 0) throw new Differs();
      const crashed = await tx.instance.count({ where: { appId: app.id, kind: 'app', status: 'crashed' } });
      if (crashed > 0) throw new Differs();
      await tx.build.update({
        where: { id: end.build.id },
        data: {
          plan,
          language: plan.language,
          image: release.image,
          imageBytes,
          layers: layers.map((layer) => ({ ...layer, reused: true, whyNot: null })),
          status: 'succeeded',
          endedAt: new Date(),
        },
      });
      await appendLogLines(tx, end.deploymentId, end.lines);
      const moved = await moveDeployment(tx, {
        id: end.deploymentId,
        to: 'live',
        from: ['building'],
        holder: end.holder,
        actor: end.actor,
        set: { worker: null },
      });
      if (moved === null) throw new Differs();
    });
    return true;
  } catch (error) {
    if (error instanceof Differs) return false;
    throw error;
  }
}
