import type { DeploymentSummary } from '#libs/contracts/api/deployments.js';
import type { Page } from '#libs/contracts/api/common.js';
import type { Context } from '../frame/context.js';
import { Failure, usage } from '../frame/failure.js';

/** A number as people write it: `12`, `#12`, `v12`. */
export function readNumber(text: string, what: string): number {
  const [, digits] = /^[#v]?(\d{1,9})$/.exec(text) ?? [];
  if (digits === undefined || Number(digits) < 1) throw usage(`"${text}" is not the number of a ${what}.`);
  return Number(digits);
}

/** The deployment that was named, or the app's last one. */
export async function chosenDeployment(context: Context, written: string | undefined): Promise<number> {
  if (written !== undefined) return readNumber(written, 'deployment');
  const page = await context.api.get<Page<DeploymentSummary>>(`${await context.appPath()}/deployments`, {
    limit: 1,
  });
  const [last] = page.items;
  if (last) return last.number;
  throw new Failure(`${await context.app()} has no deployment yet.`, {
    todo: 'Make one with `berth deploy`.',
    exit: 'missing',
  });
}
