import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Activity } from 'lucide-react';
import { deploymentStatuses, type DeploymentStatus } from '#libs/core/deployment-status.js';
import type { EventView } from '#libs/contracts/api/events.js';
import { DeploymentStatusPill } from '../deployments/deployment-status.tsx';
import { useT } from '../i18n/i18n.tsx';
import { useSession } from '../session/session.queries.ts';
import { PageHead } from '../shell/page-head.tsx';
import { Card } from '../ui/card.tsx';
import { inputClass } from '../ui/field.tsx';
import { More, rowsOf } from '../ui/more.tsx';
import { Tag } from '../ui/pill.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { useTitle } from '../ui/use-title.ts';
import { eventFacts } from './event-facts.ts';
import { eventsQuery } from './events.queries.ts';

const route = getRouteApi('/shell/events');

/** What happened and who did it: the audit list, newest first, live. */
export function EventsPage() {
  const t = useT();
  const navigate = useNavigate();
  const filter = route.useSearch();
  const { teams } = useSession();
  const events = useInfiniteQuery(eventsQuery(filter));
  useTitle(t('events.title'));
  return (
    <>
      <PageHead
        title={t('events.title')}
        about={t('events.about')}
        actions={
          teams.length > 1 && (
            <select
              aria-label={t('apps.team')}
              value={filter.team ?? ''}
              onChange={(event) =>
                void navigate({
                  to: '/events',
                  search: { ...filter, team: event.target.value || undefined },
                  replace: true,
                })
              }
              className={`${inputClass} w-auto!`}
            >
              <option value="">{t('apps.allTeams')}</option>
              {teams.map((team) => (
                <option key={team.slug} value={team.slug}>
                  {team.name}
                </option>
              ))}
            </select>
          )
        }
      />
      <Card flush>
        <div className="px-4 sm:px-5">
          <Loaded query={events}>
            {(data) => {
              const rows = rowsOf(data);
              if (rows.length === 0) return <Empty icon={<Activity />} title={t('events.none')} />;
              return (
                <ol className="divide-y divide-line">
                  {rows.map((event) => (
                    <EventRow key={event.id} event={event} />
                  ))}
                </ol>
              );
            }}
          </Loaded>
        </div>
        <More query={events} />
      </Card>
    </>
  );
}

function EventRow({ event }: { event: EventView }) {
  const t = useT();
  const facts = eventFacts(event);
  return (
    <li className="grid gap-x-4 gap-y-0.5 py-2.5 text-sm sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="flex min-w-0 flex-wrap items-baseline gap-x-2 gap-y-0.5">
        <span className="font-medium">{t(`event.${event.kind}`)}</span>
        {event.app !== null && (
          <Link to="/apps/$app" params={{ app: event.app }} className="text-accent hover:underline">
            {event.app}
          </Link>
        )}
        <DeploymentLink event={event} />
        {event.team !== null && <Tag>{event.team}</Tag>}
        {facts !== '' && <span className="text-ink-soft wrap-anywhere">{facts}</span>}
      </div>
      <div className="flex gap-x-3 text-ink-soft">
        <span className="max-w-56 truncate">{event.actor}</span>
        <Ago at={event.at} />
      </div>
    </li>
  );
}

/** The deployment that an event is about, and what became of it. */
function DeploymentLink({ event }: { event: EventView }) {
  const { number, status } = event.data;
  if (event.app === null || !event.kind.startsWith('deployment.') || typeof number !== 'number') return null;
  return (
    <>
      <Link
        to="/apps/$app/deployments/$number"
        params={{ app: event.app, number: String(number) }}
        className="min-w-6 text-accent hover:underline"
      >
        #{number}
      </Link>
      {isDeploymentStatus(status) && <DeploymentStatusPill status={status} />}
    </>
  );
}

function isDeploymentStatus(status: unknown): status is DeploymentStatus {
  return (deploymentStatuses as readonly unknown[]).includes(status);
}
