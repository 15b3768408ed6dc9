import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { CalendarX2 } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { cronQuery } from './jobs.queries.ts';

/** Entries of the schedule that fail, where nobody can miss them; nothing while all is well. */
export function FailingSchedule({ app }: { app: string }) {
  const t = useT();
  const { data } = useQuery(cronQuery(app));
  const failing = data?.items.filter((entry) => entry.failing > 0) ?? [];
  if (failing.length === 0) return null;
  return (
    <div
      role="alert"
      className="flex items-start gap-3 rounded-lg border border-bad-dot/40 bg-bad-soft px-4 py-3 text-sm text-bad"
    >
      <CalendarX2 aria-hidden className="mt-0.5 size-4 shrink-0" />
      <ul className="min-w-0 flex-1 space-y-1 wrap-anywhere">
        {failing.map(({ name, failing: count, last }) => (
          <li key={name}>
            {t('cron.fails', { name, count })} {last?.status === 'failed' && t.say(last.reason ?? '')}
          </li>
        ))}
      </ul>
      <Link to="/apps/$app/jobs" params={{ app }} className="font-medium underline">
        {t('appPage.jobs')}
      </Link>
    </div>
  );
}
