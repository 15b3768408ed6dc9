import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { eventNouns } from '#libs/core/event-kinds.js';
import type { EventFilter } from '#libs/contracts/api/events.js';
import { useT } from '../i18n/i18n.tsx';
import { PageHead } from '../shell/page-head.tsx';
import { TeamFilter } from '../team/team-filter.tsx';
import { Card } from '../ui/card.tsx';
import { inputClass } from '../ui/field.tsx';
import { LongList } from '../ui/long-list.tsx';
import { MoreInView, rowsOf } from '../ui/more.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { EventRow } from './event-row.tsx';
import { eventsQuery } from './events.queries.ts';

const route = getRouteApi('/shell/events');

/** What happened and who did it: the audit list, newest first, live. */
export function EventsPage() {
  const t = useT();
  const filter = route.useSearch();
  const events = useInfiniteQuery(eventsQuery(filter));
  useTitle(t('events.title'));
  return (
    <>
      <PageHead title={t('events.title')} about={t('events.about')} actions={<Filters filter={filter} />} />
      <Card flush>
        <div className="px-4 sm:px-5">
          <Loaded query={events}>
            {(data) => {
              const rows = rowsOf(data);
              if (rows.length === 0) return <Empty icon={<Activity />} title={t('events.none')} />;
              return (
                <LongList
                  rows={rows}
                  label={t('events.title')}
                  rowHeight={44}
                  keyOf={(event) => String(event.id)}
                >
                  {(event) => <EventRow event={event} />}
                </LongList>
              );
            }}
          </Loaded>
        </div>
        <MoreInView query={events} />
      </Card>
    </>
  );
}

function Filters({ filter }: { filter: EventFilter }) {
  const t = useT();
  const navigate = useNavigate();
  const show = (change: EventFilter) =>
    void navigate({ to: '/events', search: { ...filter, ...change }, replace: true });
  return (
    <>
      <select
        aria-label={t('events.what')}
        value={filter.about ?? ''}
        onChange={({ target }) => show({ about: eventNouns.find((noun) => noun === target.value) })}
        className={`${inputClass} w-auto!`}
      >
        <option value="">{t('events.all')}</option>
        {eventNouns.map((noun) => (
          <option key={noun} value={noun}>
            {t(`events.noun.${noun}`)}
          </option>
        ))}
      </select>
      <TeamFilter value={filter.team} onChange={(team) => show({ team })} />
    </>
  );
}
