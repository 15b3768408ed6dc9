import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Trash2, Webhook } from 'lucide-react';
import { usualKinds } from '#libs/core/webhook.js';
import type { DeliveryView, WebhookView } from '#libs/contracts/api/webhooks.js';
import { useT } from '../i18n/i18n.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { CopyLine } from '../ui/copy.tsx';
import { Pill } from '../ui/pill.tsx';
import { Loaded, ProblemNote } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { Addresses } from './addresses.tsx';
import { ChangeEvents, EventChoice } from './event-choice.tsx';
import {
  deliveriesQuery,
  useAddWebhook,
  useChangeWebhook,
  useRemoveWebhook,
  useReplay,
  useTestWebhook,
  webhooksQuery,
  type WebhookPlace,
} from './integrations.queries.ts';

/** The webhooks of an app, or of a whole team. */
export function Webhooks({ place }: { place: WebhookPlace }) {
  const t = useT();
  const [kinds, setKinds] = useState<readonly string[]>(usualKinds);
  const add = useAddWebhook(place, kinds);
  return (
    <Addresses
      words={{
        title: t('webhooks.title'),
        about: t(place.of === 'app' ? 'webhooks.about' : 'webhooks.aboutTeam'),
        none: t('webhooks.none'),
        removeAbout: t('webhooks.removeAbout'),
      }}
      icon={<Webhook />}
      placeholder="https://ci.example.org/berth"
      query={useQuery(webhooksQuery(place))}
      add={add}
      remove={useRemoveWebhook(place)}
      row={(webhook, onRemove) => (
        <Row key={webhook.id} place={place} webhook={webhook} onRemove={onRemove} />
      )}
    >
      <details>
        <summary className="cursor-pointer text-sm font-medium">
          {t('webhooks.chosen', { count: kinds.length })}
        </summary>
        <EventChoice of={place.of} chosen={kinds} onChange={setKinds} />
      </details>
      {add.data && (
        <div className="space-y-1.5 text-sm">
          <p>{t('integrations.secretOnce')}</p>
          <CopyLine text={add.data.secret} />
        </div>
      )}
    </Addresses>
  );
}

function Row(props: { place: WebhookPlace; webhook: WebhookView; onRemove: () => void }) {
  const t = useT();
  const { place, webhook } = props;
  const test = useTestWebhook(place);
  const change = useChangeWebhook(place, webhook.id);
  // What was chosen shows at once; a refusal takes it back and says why.
  const enabled = (change.isPending ? change.variables.enabled : undefined) ?? webhook.enabled;
  const [open, setOpen] = useState<'deliveries' | 'events' | null>(null);
  const toggle = (what: 'deliveries' | 'events') => setOpen(open === what ? null : what);
  return (
    <li className="space-y-2 py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-3">
        <span className="min-w-0 flex-1 font-medium wrap-anywhere">{webhook.url}</span>
        {!enabled && <Pill tone="bad">{t('webhooks.off')}</Pill>}
        <Button small onClick={() => toggle('events')} aria-expanded={open === 'events'}>
          {t('webhooks.events')}
        </Button>
        <Button small onClick={() => toggle('deliveries')} aria-expanded={open === 'deliveries'}>
          {t('webhooks.deliveries')}
        </Button>
        <Button
          small
          busy={test.isPending}
          onClick={() => test.mutate(webhook.id, { onSuccess: () => setOpen('deliveries') })}
        >
          {t('webhooks.test')}
        </Button>
        <Button small busy={change.isPending} onClick={() => change.mutate({ enabled: !enabled })}>
          {t(enabled ? 'webhooks.switchOff' : 'webhooks.switchOn')}
        </Button>
        <IconButton
          small
          label={t('integrations.removeTitle', { address: webhook.url })}
          onClick={props.onRemove}
        >
          <Trash2 aria-hidden />
        </IconButton>
      </div>
      {open !== 'events' && <p className="text-ink-soft">{webhook.kinds.join(', ')}</p>}
      {webhook.reason !== null && <p className="text-bad">{t.say(webhook.reason)}</p>}
      {change.isError && <ProblemNote error={change.error} />}
      {test.isError && <ProblemNote error={test.error} />}
      {open === 'deliveries' && <Deliveries place={place} webhook={webhook.id} />}
      {open === 'events' && (
        <ChangeEvents
          of={place.of}
          kinds={webhook.kinds}
          busy={change.isPending}
          onSave={(kinds) => change.mutate({ kinds }, { onSuccess: () => setOpen(null) })}
        />
      )}
    </li>
  );
}

const tones = { waiting: 'busy', delivered: 'ok', failed: 'bad' } as const;

function Deliveries({ place, webhook }: { place: WebhookPlace; webhook: string }) {
  const t = useT();
  const deliveries = useQuery(deliveriesQuery(place, webhook));
  return (
    <Loaded query={deliveries}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-ink-soft">{t('webhooks.noDeliveries')}</p>
        ) : (
          <ul className="divide-y divide-line rounded-lg border border-line px-3">
            {items.map((delivery) => (
              <Delivery key={delivery.id} place={place} webhook={webhook} delivery={delivery} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function Delivery(props: { place: WebhookPlace; webhook: string; delivery: DeliveryView }) {
  const t = useT();
  const replay = useReplay(props.place, props.webhook);
  const { id, status, kind, httpStatus, reason, createdAt } = props.delivery;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <Pill tone={tones[status]}>{t(`delivery.status.${status}`)}</Pill>
      <code>{kind}</code>
      {httpStatus !== null && <span className="font-mono text-xs">{httpStatus}</span>}
      <span className="min-w-0 flex-1 text-ink-soft wrap-anywhere">{reason !== null && t.say(reason)}</span>
      <span className="text-ink-soft">
        <Ago at={createdAt} />
      </span>
      <Button small busy={replay.isPending} onClick={() => replay.mutate(id)}>
        {t('webhooks.replay')}
      </Button>
      {replay.isError && (
        <div className="basis-full">
          <ProblemNote error={replay.error} />
        </div>
      )}
    </li>
  );
}
