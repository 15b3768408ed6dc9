import type { ChangedConfig } from '#libs/contracts/api/config.js';
import type { SettingsOutcome } from '#libs/store/app-settings.js';
import type { Db } from '#libs/store/db.js';
import { deploymentByNumber } from '#libs/store/deployment-queries.js';
import { summaryOf } from '../deployments/show.js';

/** What became of a change of config or settings, with the deployment that carries it. */
export async function outcomeOf(db: Db, appId: string, outcome: SettingsOutcome): Promise<ChangedConfig> {
  switch (outcome.applied) {
    case 'deployment':
      return { outcome: 'deployment', deployment: await summaryOf(db, outcome.deployment.id) };
    case 'with': {
      const { id } = await deploymentByNumber(db, appId, outcome.deploymentNumber);
      return { outcome: 'with-deployment', deployment: await summaryOf(db, id) };
    }
    case 'now':
      return { outcome: 'applied', deployment: null };
    default:
      return { outcome: outcome.applied, deployment: null };
  }
}
