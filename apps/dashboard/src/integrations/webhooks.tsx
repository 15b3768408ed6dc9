import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Trash2, Webhook } from 'lucide-react';
import type { DeliveryView, WebhookView } from '#libs/contracts/api/webhooks.js';
import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { Button, IconButton } from '../ui/button.tsx';
import { CopyLine } from '../ui/copy.tsx';
import { Pill } from '../ui/pill.tsx';
import { Loaded } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { Addresses } from './addresses.tsx';
import {
  deliveriesQuery,
  useAddWebhook,
  useRemoveWebhook,
  useReplay,
  useTestWebhook,
  webhooksQuery,
} from './integrations.queries.ts';

export function Webhooks() {
  const t = useT();
  const app = useApp();
  const add = useAddWebhook(app.name);
  return (
    <Addresses
      words={{
        title: t('webhooks.title'),
        about: t('webhooks.about'),
        none: t('webhooks.none'),
        removeAbout: t('webhooks.removeAbout'),
      }}
      icon={<Webhook />}
      placeholder="https://ci.example.org/berth"
      query={useQuery(webhooksQuery(app.name))}
      add={add}
      remove={useRemoveWebhook(app.name)}
      row={(webhook, onRemove) => <Row key={webhook.id} webhook={webhook} onRemove={onRemove} />}
    >
      {add.data && (
        <div className="space-y-1.5 text-sm">
          <p>{t('integrations.secretOnce')}</p>
          <CopyLine text={add.data.secret} />
        </div>
      )}
    </Addresses>
  );
}

function Row({ webhook, onRemove }: { webhook: WebhookView; onRemove: () => void }) {
  const t = useT();
  const app = useApp();
  const test = useTestWebhook(app.name);
  const [open, setOpen] = useState(false);
  return (
    <li className="space-y-2 py-2.5 text-sm">
      <div className="flex flex-wrap items-center gap-3">
        <span className="min-w-0 flex-1 font-medium wrap-anywhere">{webhook.url}</span>
        {!webhook.enabled && <Pill tone="bad">{t('webhooks.off')}</Pill>}
        <Button small onClick={() => setOpen(!open)} aria-expanded={open}>
          {t('webhooks.deliveries')}
        </Button>
        <Button
          small
          busy={test.isPending}
          onClick={() => test.mutate(webhook.id, { onSuccess: () => setOpen(true) })}
        >
          {t('webhooks.test')}
        </Button>
        <IconButton small label={t('integrations.removeTitle', { address: webhook.url })} onClick={onRemove}>
          <Trash2 aria-hidden />
        </IconButton>
      </div>
      <p className="text-ink-soft">{webhook.kinds.join(', ')}</p>
      {webhook.reason !== null && <p className="text-bad">{webhook.reason}</p>}
      {open && <Deliveries webhook={webhook.id} />}
    </li>
  );
}

const tones = { waiting: 'busy', delivered: 'ok', failed: 'bad' } as const;

function Deliveries({ webhook }: { webhook: string }) {
  const t = useT();
  const app = useApp();
  const deliveries = useQuery(deliveriesQuery(app.name, webhook));
  return (
    <Loaded query={deliveries}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-ink-soft">{t('webhooks.noDeliveries')}</p>
        ) : (
          <ul className="divide-y divide-line rounded-lg border border-line px-3">
            {items.map((delivery) => (
              <Delivery key={delivery.id} webhook={webhook} delivery={delivery} />
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}

function Delivery({ webhook, delivery }: { webhook: string; delivery: DeliveryView }) {
  const t = useT();
  const app = useApp();
  const replay = useReplay(app.name, webhook);
  const { status, kind, httpStatus, reason, createdAt } = delivery;
  return (
    <li className="flex flex-wrap items-center gap-x-3 gap-y-1 py-1.5">
      <Pill tone={tones[status]}>{t(`delivery.status.${status}`)}</Pill>
      <code>{kind}</code>
      {httpStatus !== null && <span className="font-mono text-xs">{httpStatus}</span>}
      <span className="min-w-0 flex-1 text-ink-soft wrap-anywhere">{reason}</span>
      <span className="text-ink-soft">
        <Ago at={createdAt} />
      </span>
      <Button small busy={replay.isPending} onClick={() => replay.mutate(delivery.id)}>
        {t('webhooks.replay')}
      </Button>
    </li>
  );
}
