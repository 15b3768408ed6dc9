import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { Trash2, Waves } from 'lucide-react';
import type { DrainView } from '#libs/contracts/api/drains.js';
import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { IconButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { AddAddress } from './add-address.tsx';
import { drainsQuery, useAddDrain, useRemoveDrain } from './integrations.queries.ts';

export function Drains() {
  const t = useT();
  const app = useApp();
  const drains = useQuery(drainsQuery(app.name));
  const add = useAddDrain(app.name);
  const remove = useRemoveDrain(app.name);
  const [leaving, setLeaving] = useState<DrainView | null>(null);
  const close = () => {
    setLeaving(null);
    remove.reset();
  };
  return (
    <Card title={t('drains.title')} about={t('drains.about')}>
      <div className="space-y-4">
        <AddAddress
          placeholder="syslog+tls://logs.example.org:6514"
          busy={add.isPending}
          error={add.error}
          onAdd={(url, done) => add.mutate(url, { onSuccess: done })}
        />
        <Loaded query={drains}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon={<Waves />} title={t('drains.none')} />
            ) : (
              <ul className="divide-y divide-line">
                {items.map((drain) => (
                  <li key={drain.id} className="space-y-1 py-2.5 text-sm">
                    <div className="flex items-center gap-3">
                      <span className="min-w-0 flex-1 font-medium wrap-anywhere">{drain.url}</span>
                      <span className="text-ink-soft">
                        {t('drains.counts', { sent: drain.sent, dropped: drain.dropped })}
                      </span>
                      <IconButton
                        small
                        label={t('integrations.removeTitle', { address: drain.url })}
                        onClick={() => setLeaving(drain)}
                      >
                        <Trash2 aria-hidden />
                      </IconButton>
                    </div>
                    {drain.reason !== null && <p className="text-bad wrap-anywhere">{drain.reason}</p>}
                  </li>
                ))}
              </ul>
            )
          }
        </Loaded>
      </div>
      <Confirm
        open={leaving !== null}
        title={t('integrations.removeTitle', { address: leaving?.url ?? '' })}
        action={t('integrations.removeAction')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving !== null && remove.mutate(leaving.id, { onSuccess: close })}
        onClose={close}
      >
        {t('drains.removeAbout')}
      </Confirm>
    </Card>
  );
}
