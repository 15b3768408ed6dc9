import type { JobView } from '#libs/contracts/api/jobs.js';
import { taskText } from '#libs/core/job.js';
import type { Column } from './table.js';
import { stateColour } from './states.js';
import type { Style } from './style.js';
import { safe } from './text.js';
import { ago, duration } from './units.js';

/** How a job stands, in a word or two: with what it ended. */
export function jobEnding({ exitCode, httpStatus, reason }: JobView): string {
  if (reason !== null) return reason;
  if (httpStatus !== null) return `status ${httpStatus}`;
  return exitCode === null ? '' : `exit code ${exitCode}`;
}

export function jobColumns(style: Style, now: Date): readonly Column<JobView>[] {
  return [
    { title: 'JOB', cell: ({ id }) => id.slice(-8) },
    { title: 'STATUS', cell: ({ status }) => stateColour(status, style) },
    { title: 'CRON', cell: ({ cron }) => safe(cron ?? '-'), shrinks: true },
    { title: 'TASK', cell: ({ task }) => safe(taskText(task)), shrinks: true },
    { title: 'TRY', cell: ({ attempt }) => String(attempt), align: 'right' },
    { title: 'TOOK', cell: took, align: 'right' },
    { title: 'WHEN', cell: ({ createdAt }) => ago(createdAt, now) },
    { title: 'WHO', cell: ({ createdBy }) => createdBy, shrinks: true },
    { title: 'ENDED WITH', cell: (job) => safe(jobEnding(job)), shrinks: true },
  ];
}

function took({ startedAt, endedAt }: JobView): string {
  return startedAt && endedAt ? duration(Date.parse(endedAt) - Date.parse(startedAt)) : '';
}
