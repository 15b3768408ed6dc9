import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ListChecks } from 'lucide-react';
import { taskText, unfinishedJobs } from '#libs/core/job.js';
import type { JobView } from '#libs/contracts/api/jobs.js';
import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { useCan } from '../session/session.queries.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { More, rowsOf } from '../ui/more.tsx';
import { useNotify } from '../ui/notices.tsx';
import { Empty, Loaded, problemText } from '../ui/states.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { Ago, Duration } from '../ui/time.tsx';
import { JobStatusPill } from './job-status.tsx';
import { jobsQuery, useCancelJob } from './jobs.queries.ts';

export function JobList() {
  const t = useT();
  const app = useApp();
  const jobs = useInfiniteQuery(jobsQuery(app.name));
  return (
    <Card title={t('jobs.title')} about={t('jobs.about')} flush>
      <Loaded query={jobs}>
        {(data) => {
          const rows = rowsOf(data);
          if (rows.length === 0)
            return (
              <Empty icon={<ListChecks />} title={t('jobs.none')}>
                <code>berth job run {app.name} -- COMMAND</code>
              </Empty>
            );
          return (
            <Table
              label={t('jobs.title')}
              head={[t('jobs.status'), t('cron.task'), t('jobs.took'), t('jobs.when'), t('jobs.who'), '']}
            >
              {rows.map((job) => (
                <Row key={job.id} job={job} />
              ))}
            </Table>
          );
        }}
      </Loaded>
      <More query={jobs} />
    </Card>
  );
}

function Row({ job }: { job: JobView }) {
  const t = useT();
  const app = useApp();
  const notify = useNotify();
  const cancel = useCancelJob(app.name);
  const mayRun = useCan('app.exec', app.team);
  const { startedAt, endedAt } = job;
  const ms = startedAt && endedAt ? Date.parse(endedAt) - Date.parse(startedAt) : null;
  return (
    <tr>
      <Cell>
        <JobStatusPill status={job.status} />
      </Cell>
      <Cell className="max-md:basis-full md:min-w-48">
        {job.cron !== null && <span className="mr-2 font-medium">{job.cron}</span>}
        <code className="wrap-anywhere">{taskText(job.task)}</code>
        {job.reason !== null && <p className="text-ink-soft wrap-anywhere">{t.say(job.reason)}</p>}
      </Cell>
      <Cell>
        <Duration ms={ms} since={job.status === 'running' ? startedAt : null} />
      </Cell>
      <Cell>
        <Ago at={job.createdAt} />
      </Cell>
      <Cell>{job.cron !== null && job.slot !== null ? t('jobs.bySchedule') : job.createdBy}</Cell>
      <Cell className="text-right whitespace-nowrap max-md:ml-auto">
        {job.instance !== null && (
          <Link
            to="/apps/$app/logs"
            params={{ app: app.name }}
            search={{ instance: job.instance }}
            className="text-accent hover:underline"
          >
            {t('appPage.logs')}
          </Link>
        )}
        {mayRun && unfinishedJobs.includes(job.status) && (
          <Button
            small
            busy={cancel.isPending}
            onClick={() =>
              cancel.mutate(job.id, { onError: (error) => notify(problemText(error, t), 'bad') })
            }
          >
            {t('jobs.cancel')}
          </Button>
        )}
      </Cell>
    </tr>
  );
}
