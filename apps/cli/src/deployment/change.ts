import type { ChangedConfig } from '#libs/contracts/api/config.js';
import type { Context } from '../frame/context.js';
import type { ExitName } from '../frame/exit-codes.js';
import { follow } from './follow.js';

/** What became of a change of config or settings; where a deployment carries it, that is followed to its end. */
export async function showChange(
  context: Context,
  changed: Pick<ChangedConfig, 'outcome' | 'deployment'>,
  what: string,
  options: { detach?: boolean; quiet?: boolean },
): Promise<ExitName> {
  const { ui } = context;
  const { outcome, deployment } = changed;
  if (outcome === 'deployment' && deployment) {
    ui.done(`${what}; deployment ${deployment.number} brings it out.`);
    return follow(context, deployment, { ...options, quiet: true });
  }
  const says: Record<typeof outcome, string> = {
    deployment: `${what}.`,
    'with-deployment': `${what}; the deployment under way${deployment ? ` (${deployment.number})` : ''} carries it.`,
    'next-deploy': `${what}; it is in force from the first deployment on.`,
    applied: `${what}.`,
    unchanged: 'Nothing to change: it is so already.',
  };
  if (ui.json) ui.document(changed);
  else ui.done(says[outcome]);
  return 'ok';
}
