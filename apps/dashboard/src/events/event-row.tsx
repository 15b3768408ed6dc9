import { Link } from '@tanstack/react-router';
import { deploymentStatuses, type DeploymentStatus } from '#libs/core/deployment-status.js';
import type { EventView } from '#libs/contracts/api/events.js';
import { DeploymentStatusPill } from '../deployments/deployment-status.tsx';
import { useT } from '../i18n/i18n.tsx';
import { Tag } from '../ui/pill.tsx';
import { Ago } from '../ui/time.tsx';
import { eventFacts } from './event-facts.ts';

/** What happened, where, and who did it. */
export function EventRow({ event }: { event: EventView }) {
  const t = useT();
  const facts = eventFacts(event, t);
  return (
    <div className="grid gap-x-4 gap-y-0.5 py-2.5 text-sm sm:grid-cols-[minmax(0,1fr)_auto]">
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
      <div className="flex items-baseline gap-x-3 text-ink-soft">
        <span className="max-w-56 truncate">{event.actor}</span>
        <Ago at={event.at} />
      </div>
    </div>
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
