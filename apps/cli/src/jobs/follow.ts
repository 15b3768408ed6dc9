import { setTimeout as pause } from 'node:timers/promises';
import { unfinishedJobs } from '#libs/core/job.js';
import type { JobView } from '#libs/contracts/api/jobs.js';
import type { AppLog } from '#libs/contracts/api/logs.js';
import type { Context } from '../frame/context.js';
import { exitCode } from '../frame/exit-codes.js';
import { logText } from '../ui/app-log.js';
import { jobEnding } from '../ui/job.js';

const EVERY_MS = 700;
/** Lines read at a time; when there are more, that is said. */
const LINES = 2000;

/**
 * Shows what a job prints until it is over, or the person leaves. Returns the exit code for this command: the job's own where it
 * has one.
 */
export async function followJob(context: Context, begun: JobView): Promise<number> {
  const { ui, signal, appFlag } = context;
  try {
    return await show(context, begun);
  } catch (error) {
    if (!signal.aborted) throw error;
    const id = begun.id.slice(-8);
    ui.warn('You left; the job goes on without you.');
    ui.say(
      `  \`berth job logs ${id} -f${appFlag}\` follows it again, \`berth job cancel ${id}${appFlag}\` ends it.`,
    );
    return exitCode('interrupted');
  }
}

async function show(context: Context, begun: JobView): Promise<number> {
  const { ui, api } = context;
  const path = await context.appPath();
  let job = begun;
  let instance: string | null = null;
  let shownTo = '';
  for (;;) {
    // Read before the log: once it says that it is over, all that it printed is there.
    job = await api.get<JobView>(`${path}/jobs/${begun.id}`);
    if (job.instance !== instance) [instance, shownTo] = [job.instance, ''];
    if (instance !== null) {
      const { lines } = await api.get<AppLog>(`${path}/logs`, { tail: LINES, instance });
      const fresh = lines.filter(({ at }) => at > shownTo);
      if (fresh.length === LINES)
        ui.warn(
          `Of what it printed at once the last ${LINES} lines follow; the app’s page has all to download.`,
        );
      for (const line of fresh) {
        if (ui.json) ui.message(line);
        else ui.print(logText(ui, line));
      }
      shownTo = fresh.at(-1)?.at ?? shownTo;
    }
    if (!unfinishedJobs.includes(job.status)) break;
    await pause(EVERY_MS, undefined, { signal: context.signal });
  }
  if (ui.json) ui.message(job);
  else if (job.status === 'succeeded') ui.done(`It succeeded: ${jobEnding(job)}.`);
  else ui.warn(`It ${job.status === 'failed' ? 'failed' : `was ${job.status}`}. ${jobEnding(job)}`);
  if (job.status === 'succeeded') return 0;
  return job.exitCode || 1;
}
