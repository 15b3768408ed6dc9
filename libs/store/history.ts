import type { Db } from './db.js';

/** What happened is told for this long. */
const EVENTS_KEPT_DAYS = 90;
/** Logs of deployments are kept for this long, … */
const LOGS_KEPT_DAYS = 30;
/** … and those of so many of an app's newest deployments for as long as the app. */
const LOGS_KEPT_NEWEST = 20;
/** Rows in one statement, so that none holds locks for long. */
const AT_ONCE = 10_000;

/** Forgets old events and old lines of deployments' logs, so that the database does not grow with time alone. */
export async function pruneHistory(db: Db): Promise<void> {
  await repeatedly(
    () => db.$executeRaw`
      DELETE FROM "Event" WHERE id IN (
        SELECT id FROM "Event" WHERE at < now() - make_interval(days => ${EVENTS_KEPT_DAYS}) ORDER BY id LIMIT ${AT_ONCE})`,
  );
  await repeatedly(
    () => db.$executeRaw`
      DELETE FROM "LogLine" WHERE id IN (
        SELECT line.id FROM "LogLine" line
        JOIN "Deployment" deployment ON deployment.id = line."deploymentId"
        JOIN "App" app ON app.id = deployment."appId"
        WHERE deployment."endedAt" < now() - make_interval(days => ${LOGS_KEPT_DAYS})
          AND deployment.number < app."nextDeployment" - ${LOGS_KEPT_NEWEST}
        LIMIT ${AT_ONCE})`,
  );
}

async function repeatedly(removeSome: () => Promise<number>): Promise<void> {
  while ((await removeSome()) === AT_ONCE);
}
