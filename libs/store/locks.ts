import type { Tx } from './db.js';

/** Holds the app's row until the transaction ends: who writes by what the app is now takes turns. */
export async function lockApp(tx: Tx, appId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "App" WHERE id = ${appId}::uuid FOR UPDATE`;
}

/** The same for a team's row. */
export async function lockTeam(tx: Tx, teamId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "Team" WHERE id = ${teamId}::uuid FOR UPDATE`;
}

/**
 * Who makes something grow that a team's quota limits takes turns with others who do. Rows that only refer to the team (events, apps)
 * can be written meanwhile, so that it fits in anywhere in a transaction; take it after the lock of an app, never before.
 */
export async function lockTeamQuota(tx: Tx, teamId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "Team" WHERE id = ${teamId}::uuid FOR NO KEY UPDATE`;
}
