import { BerthError } from '#libs/core/errors.js';
import type { Db } from './db.js';
import type { LogLine, Step } from './generated/client.js';

export type { LogLine, Step };

const shown = {
  app: { select: { name: true } },
  source: true,
  release: { select: { number: true, description: true } },
} as const;

/** Deployments of an app, newest first, as lists show them. */
export function listDeployments(db: Db, appId: string, page: { before: number | null; take: number }) {
  return db.deployment.findMany({
    where: { appId, ...(page.before !== null && { number: { lt: page.before } }) },
    orderBy: { number: 'desc' },
    take: page.take,
    include: shown,
  });
}
export type ShownDeployment = Awaited<ReturnType<typeof listDeployments>>[number];

/** One deployment by its number; throws `deployment_not_found`. */
export async function deploymentByNumber(db: Db, appId: string, number: number): Promise<ShownDeployment> {
  const found = await db.deployment.findUnique({
    where: { appId_number: { appId, number } },
    include: shown,
  });
  if (!found)
    throw new BerthError(
      'deployment_not_found',
      `The app has no deployment ${number}; list its deployments to see which there are.`,
    );
  return found;
}

/** The same by its id, as it is now. */
export function shownDeployment(db: Db, id: string): Promise<ShownDeployment> {
  return db.deployment.findUniqueOrThrow({ where: { id }, include: shown });
}

/** The newest deployment of each of these apps that has one. */
export function newestDeployments(
  db: Db,
  apps: { id: string; nextDeployment: number }[],
): Promise<ShownDeployment[]> {
  return db.deployment.findMany({
    // The number says which is the newest, and the index on it finds it at once.
    where: { OR: apps.map(({ id, nextDeployment }) => ({ appId: id, number: nextDeployment - 1 })) },
    include: shown,
  });
}

const withNumber = { deployment: { select: { number: true } } } as const;

/** The last build of a deployment; null when it has none. */
export function lastBuildOf(db: Db, deploymentId: string) {
  return db.build.findFirst({ where: { deploymentId }, orderBy: { attempt: 'desc' }, include: withNumber });
}
export type ShownBuild = NonNullable<Awaited<ReturnType<typeof lastBuildOf>>>;

/** Builds of an app, newest first. */
export function listBuilds(
  db: Db,
  appId: string,
  page: { before: string | null; take: number },
): Promise<ShownBuild[]> {
  return db.build.findMany({
    where: { appId, ...(page.before !== null && { id: { lt: page.before } }) },
    orderBy: { id: 'desc' },
    take: page.take,
    include: withNumber,
  });
}

/** Throws `build_not_found`. */
export async function buildById(db: Db, appId: string, id: string): Promise<ShownBuild> {
  const found = await db.build.findFirst({ where: { id, appId }, include: withNumber });
  if (!found) throw new BerthError('build_not_found', 'The app has no such build; list its builds.');
  return found;
}
