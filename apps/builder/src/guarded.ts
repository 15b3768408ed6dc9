import { noteUse } from '#libs/store/builds.js';
import type { BuildRun } from './pipeline.js';

/** The Engine's work for a build, within its limits; what it used is noted, however it ends. */
export async function guarded<T>(run: BuildRun, work: () => Promise<T>): Promise<T> {
  const guard = await run.parts.guards.watch({
    id: run.build.id,
    owner: run.order.app.id,
    stop: (why) => run.claim.stop(why),
    waited: (ms) => run.clock.waited(ms),
  });
  try {
    return await work();
  } finally {
    run.guarded = await guard.end();
    void noteUse(run.parts.db, run.build.id, { ...run.guarded, steps: run.steps }).catch(() => undefined);
  }
}
