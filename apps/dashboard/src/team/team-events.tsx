import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ArrowRight } from 'lucide-react';
import { EventRow } from '../events/event-row.tsx';
import { eventsQuery } from '../events/events.queries.ts';
import { useT } from '../i18n/i18n.tsx';
import { Card } from '../ui/card.tsx';
import { rowsOf } from '../ui/more.tsx';
import { Loaded } from '../ui/states.tsx';

const shown = 8;

/** The newest of the team's audit list, live. */
export function TeamEvents({ team }: { team: string }) {
  const t = useT();
  const events = useInfiniteQuery(eventsQuery({ team }));
  return (
    <Card
      title={t('team.events')}
      about={t('team.eventsAbout')}
      actions={
        <Link
          to="/events"
          search={{ team }}
          className="inline-flex items-center gap-1 text-sm font-medium text-accent hover:underline"
        >
          {t('team.eventsAll')} <ArrowRight aria-hidden className="size-4" />
        </Link>
      }
    >
      <Loaded query={events}>
        {(data) => {
          const rows = rowsOf(data).slice(0, shown);
          if (rows.length === 0) return <p className="text-sm text-ink-soft">{t('events.none')}</p>;
          return (
            <ol className="divide-y divide-line">
              {rows.map((event) => (
                <li key={event.id}>
                  <EventRow event={event} />
                </li>
              ))}
            </ol>
          );
        }}
      </Loaded>
    </Card>
  );
}
