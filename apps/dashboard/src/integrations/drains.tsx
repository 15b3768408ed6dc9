import { useQuery } from '@tanstack/react-query';
import { Trash2, Waves } from 'lucide-react';
import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { IconButton } from '../ui/button.tsx';
import { Addresses } from './addresses.tsx';
import { drainsQuery, useAddDrain, useRemoveDrain } from './integrations.queries.ts';

export function Drains() {
  const t = useT();
  const app = useApp();
  return (
    <Addresses
      words={{
        title: t('drains.title'),
        about: t('drains.about'),
        none: t('drains.none'),
        removeAbout: t('drains.removeAbout'),
      }}
      icon={<Waves />}
      placeholder="syslog+tls://logs.example.org:6514"
      query={useQuery(drainsQuery(app.name))}
      add={useAddDrain(app.name)}
      remove={useRemoveDrain(app.name)}
      row={(drain, onRemove) => (
        <li key={drain.id} className="space-y-1 py-2.5 text-sm">
          <div className="flex items-center gap-3">
            <span className="min-w-0 flex-1 font-medium wrap-anywhere">{drain.url}</span>
            <span className="text-ink-soft">
              {t('drains.counts', { sent: drain.sent, dropped: drain.dropped })}
            </span>
            <IconButton
              small
              label={t('integrations.removeTitle', { address: drain.url })}
              onClick={onRemove}
            >
              <Trash2 aria-hidden />
            </IconButton>
          </div>
          {drain.reason !== null && <p className="text-bad wrap-anywhere">{t.say(drain.reason)}</p>}
        </li>
      )}
    />
  );
}
