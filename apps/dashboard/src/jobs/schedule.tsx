import { useQuery } from '@tanstack/react-query';
import { CalendarClock, Play } from 'lucide-react';
import { taskText } from '#libs/core/job.js';
import type { CronView } from '#libs/contracts/api/jobs.js';
import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { useCan } from '../session/session.queries.ts';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { useNotify } from '../ui/notices.tsx';
import { Empty, Loaded, problemText } from '../ui/states.tsx';
import { Cell, Table } from '../ui/table.tsx';
import { Moment } from '../ui/time.tsx';
import { JobStatusPill } from './job-status.tsx';
import { cronQuery, useRunCron } from './jobs.queries.ts';

export function Schedule() {
  const t = useT();
  const app = useApp();
  const cron = useQuery(cronQuery(app.name));
  return (
    <Card title={t('cron.title')} about={t('cron.about')} flush>
      <Loaded query={cron}>
        {({ items }) =>
          items.length === 0 ? (
            <Empty icon={<CalendarClock />} title={t('cron.none')}>
              {t('cron.noneHint')}
            </Empty>
          ) : (
            <Table
              label={t('cron.title')}
              head={[t('cron.name'), t('cron.schedule'), t('cron.task'), t('cron.next'), t('cron.last'), '']}
            >
              {items.map((entry) => (
                <Entry key={entry.name} entry={entry} />
              ))}
            </Table>
          )
        }
      </Loaded>
    </Card>
  );
}

function Entry({ entry }: { entry: CronView }) {
  const t = useT();
  const app = useApp();
  const notify = useNotify();
  const run = useRunCron(app.name);
  const mayRun = useCan('app.exec', app.team);
  const { name, schedule, timezone, task, nextAt, last, failing } = entry;
  return (
    <tr>
      <Cell className="font-medium md:whitespace-nowrap">{name}</Cell>
      <Cell className="md:whitespace-nowrap">
        <code>{schedule}</code> <span className="text-ink-soft">{timezone}</span>
      </Cell>
      <Cell className="md:min-w-48">
        <code className="wrap-anywhere">{taskText(task)}</code>
      </Cell>
      <Cell named={t('cron.next')}>{nextAt === null ? '–' : <Moment at={nextAt} />}</Cell>
      <Cell named={t('cron.last')}>
        {last === null ? '–' : <JobStatusPill status={last.status} />}
        {failing > 1 && (
          <span className="ml-1.5 text-sm text-bad">{t('cron.inARow', { count: failing })}</span>
        )}
      </Cell>
      <Cell className="text-right max-md:ml-auto">
        {mayRun && (
          <Button
            small
            busy={run.isPending}
            onClick={() =>
              run.mutate(name, {
                onSuccess: () => notify(t('jobs.begins')),
                onError: (error) => notify(problemText(error, t), 'bad'),
              })
            }
          >
            <Play aria-hidden /> {t('cron.runNow')}
          </Button>
        )}
      </Cell>
    </tr>
  );
}
