import type { Db } from './db.js';
import { fenced, type Fence } from './hosts.js';

/** The release command of a deployment has succeeded: its instances may be started. Repeating it is harmless. */
export async function noteReleaseCommand(db: Db, fence: Fence, deploymentId: string): Promise<void> {
  await fenced(db, fence, (tx) =>
    tx.deployment.updateMany({
      where: { id: deploymentId, releaseCommandAt: null },
      data: { releaseCommandAt: new Date() },
    }),
  );
}
