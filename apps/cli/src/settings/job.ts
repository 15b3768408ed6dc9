import type { JobView } from '#libs/contracts/api/jobs.js';
import type { Context } from '../frame/context.js';
import { Failure } from '../frame/failure.js';

/** So many of the newest jobs are looked through for the end of an id. */
const NEWEST = 200;

/** A job by its id, or by the end of it as `berth jobs` shows. */
export async function jobTyped(context: Context, typed: string): Promise<JobView> {
  const path = `${await context.appPath()}/jobs`;
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(typed))
    return context.api.get<JobView>(`${path}/${typed}`);
  const jobs = await context.api.list<JobView>(path, {}, NEWEST);
  const found = jobs.filter(({ id }) => typed.length >= 4 && id.endsWith(typed));
  if (found.length === 1 && found[0]) return found[0];
  throw new Failure(`There is no job ${typed}.`, { todo: '`berth jobs` lists them.', exit: 'missing' });
}
