import { transaction, type Db } from '#libs/store/db.js';
import { claimBuild, failDeployment, moveDeployment } from '#libs/store/deployments.js';
import { confirmLive, goLive } from '#libs/store/go-live.js';
import { appendLogLines, type LogLineKind } from '#libs/store/log-lines.js';
import { createRelease } from '#libs/store/releases.js';
import { endStep, startStep } from '#libs/store/steps.js';
import { waitFor } from '#libs/core/wait.js';
import { tester, type TestDatabase } from '../../../../../test/support/database.js';

/**
 * Plays builder and runtime for tests of the doors: the same calls of libs/store in the same order, without containers.
 */
export class PlayedPlatform {
  private readonly db: Db;

  constructor(private readonly database: TestDatabase) {
    this.db = database.db;
  }

  /** The deployment of this number, once it is accepted. */
  accepted(appName: string, number: number, { timeoutMs = 30_000 } = {}) {
    return waitFor(
      `deployment ${number} of ${appName}`,
      () => this.db.deployment.findFirst({ where: { number, app: { name: appName } } }),
      { timeoutMs },
    );
  }

  async claim(id: string): Promise<{ worker: string; attempt: number }> {
    const held = await claimBuild(this.db, { id, worker: 'played', leaseMs: 60_000, actor: tester });
    if (!held) throw new Error(`Deployment ${id} cannot be claimed.`);
    return { worker: 'played', attempt: held.attempt };
  }

  log(id: string, ...lines: [LogLineKind, string][]): Promise<void> {
    return appendLogLines(
      this.db,
      id,
      lines.map(([kind, text]) => ({ at: new Date(), kind, text })),
    );
  }

  /** Takes a claimed deployment to live, as release `apps/x@sha256:…` with two layers of which one is new. */
  async goLive(id: string, holder: { worker: string; attempt: number }): Promise<number> {
    const { appId } = await this.db.deployment.findUniqueOrThrow({ where: { id } });
    const layer = { digest: 'sha256:1', sizeBytes: 10, part: 'app', createdBy: '', whyNot: null };
    const build = await this.db.build.create({
      data: {
        appId,
        deploymentId: id,
        attempt: holder.attempt,
        status: 'succeeded',
        imageBytes: 12_345_678n,
        layers: [
          { ...layer, reused: true },
          { ...layer, reused: false },
        ],
      },
    });
    const release = await transaction(this.db, async (tx) => {
      const made = await createRelease(tx, this.database.sealer, {
        appId,
        content: {
          image: 'apps/x@sha256:1',
          buildId: build.id,
          processes: { web: [] },
          port: 8080,
          healthPath: null,
        },
        description: 'Deploy',
        actor: tester,
      });
      const moved = await moveDeployment(tx, {
        id,
        to: 'starting',
        actor: tester,
        holder,
        set: { releaseId: made.id },
      });
      if (!moved) throw new Error(`Deployment ${id} is not wanted any more.`);
      return made;
    });
    const key = { deploymentId: id, attempt: holder.attempt, name: 'ready' } as const;
    const startedAt = new Date();
    await startStep(this.db, key, startedAt);
    await endStep(this.db, key, { startedAt, endedAt: new Date(startedAt.getTime() + 31), outcome: 'done' });
    const host = await this.db.host.create({ data: { name: `host-${id}`, epoch: 1 } });
    const { generation } = await this.db.app.findUniqueOrThrow({ where: { id: appId } });
    await goLive(this.db, {
      deploymentId: id,
      appGeneration: generation,
      hostId: host.id,
      epoch: 1,
      actor: tester,
    });
    await confirmLive(this.db, id, tester);
    return release.number;
  }

  async fail(id: string, holder: { worker: string; attempt: number }): Promise<void> {
    const error = {
      code: 'build_failed',
      step: 'build',
      message: 'npm ci ended with exit code 1.',
      hint: 'Run npm install and commit package-lock.json.',
      lines: ['npm error code EUSAGE'],
    };
    await failDeployment(this.db, { id, error, actor: tester, holder });
  }

  /** Waits for a deployment and takes it to live at once. */
  async deploys(appName: string, number: number, wait?: { timeoutMs: number }): Promise<number> {
    const { id } = await this.accepted(appName, number, wait);
    const holder = await this.claim(id);
    await this.log(id, ['phase', 'Node.js app detected (package.json)'], ['detail', 'npm ci']);
    return this.goLive(id, holder);
  }

  /** Waits for a deployment and lets its build fail. */
  async fails(appName: string, number: number): Promise<void> {
    const { id } = await this.accepted(appName, number);
    await this.fail(id, await this.claim(id));
  }

  /** A release that differs from the live one in its config alone goes live. */
  async changesConfig(appId: string): Promise<void> {
    const { liveReleaseId } = await this.db.app.findUniqueOrThrow({ where: { id: appId } });
    const { image, buildId, port } = await this.db.release.findUniqueOrThrow({
      where: { id: liveReleaseId ?? '' },
    });
    await transaction(this.db, async (tx) => {
      const content = { image, buildId, processes: { web: [] }, port, healthPath: null };
      const made = await createRelease(tx, this.database.sealer, {
        appId,
        content,
        description: 'Set GREETING',
        actor: tester,
      });
      await tx.app.update({ where: { id: appId }, data: { liveReleaseId: made.id } });
    });
  }
}
