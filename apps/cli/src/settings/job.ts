import type { JobView } from '#libs/contracts/api/jobs.js';
import type { Context } from '../frame/context.js';
import { byId } from './by-id.js';

/** So many of the newest jobs are looked through for the end of an id. */
const NEWEST = 200;

/** A job by its id, or by the end of it as `berth jobs` shows. */
export async function jobTyped(context: Context, typed: string): Promise<JobView> {
  const path = `${await context.appPath()}/jobs`;
  if (/^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/.test(typed))
    return context.api.get<JobView>(`${path}/${typed}`);
  const jobs = await context.api.list<JobView>(path, {}, NEWEST);
  return byId(jobs, typed, { what: 'job', todo: '`berth jobs` lists them.' });
}
