import type { Tx } from './db.js';

/** Holds the app's row until the transaction ends: who writes by what the app is now takes turns. */
export async function lockApp(tx: Tx, appId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "App" WHERE id = ${appId}::uuid FOR UPDATE`;
}

/** The same for a team's row. */
export async function lockTeam(tx: Tx, teamId: string): Promise<void> {
  await tx.$queryRaw`SELECT 1 FROM "Team" WHERE id = ${teamId}::uuid FOR UPDATE`;
}
