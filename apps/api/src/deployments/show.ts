import type { DeploymentSummary } from '#libs/contracts/api/deployments.js';
import type { Db } from '#libs/store/db.js';
import { shownDeployment, type ShownDeployment } from '#libs/store/deployment-queries.js';
import { emailsOf } from '#libs/store/users.js';
import { deploymentSummaryOf } from './deployment.view.js';

/** Deployments as lists show them, with the names of who asked for them. */
export async function summariesOf(db: Db, rows: ShownDeployment[]): Promise<DeploymentSummary[]> {
  const emails = await emailsOf(
    db,
    rows.map(({ createdById }) => createdById),
  );
  return rows.map((row) => deploymentSummaryOf(row, emails));
}

/** One deployment by its id, as it is now. */
export async function summaryOf(db: Db, id: string): Promise<DeploymentSummary> {
  const row = await shownDeployment(db, id);
  return deploymentSummaryOf(row, await emailsOf(db, [row.createdById]));
}
