import { useState } from 'react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Trash2 } from 'lucide-react';
import type { AppView } from '#libs/contracts/api/apps.js';
import type { VolumeList } from '#libs/contracts/api/volumes.js';
import { path, request } from '../client/http.ts';
import { useT } from '../i18n/i18n.tsx';
import { IconButton } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Pill } from '../ui/pill.tsx';
import { Bytes } from '../ui/time.tsx';

/** Which folders outlive the app's containers; nothing where there are none. One that is not used any more can be removed. */
export function VolumesCard({ app, mayRemove }: { app: AppView; mayRemove: boolean }) {
  const t = useT();
  const client = useQueryClient();
  const queryKey = ['app', app.name, 'volumes'];
  const { data } = useQuery({
    queryKey,
    queryFn: ({ signal }) => request<VolumeList>('GET', path('apps', app.name, 'volumes'), { signal }),
  });
  const remove = useMutation({
    mutationFn: (name: string) => request<void>('DELETE', path('apps', app.name, 'volumes', name)),
    onSuccess: () => client.invalidateQueries({ queryKey }),
  });
  const [leaving, setLeaving] = useState<string | null>(null);
  if (data === undefined || data.items.length === 0) return null;
  const close = () => {
    setLeaving(null);
    remove.reset();
  };
  return (
    <Card title={t('volumes.title')} about={t('volumes.about')}>
      <ul className="divide-y divide-line text-sm">
        {data.items.map(({ name, path, sizeBytes }) => (
          <li key={name} className="flex flex-wrap items-center gap-x-3 gap-y-1 py-2">
            <span className="min-w-24 font-medium">{name}</span>
            {path === null ? (
              <Pill tone="idle">{t('volumes.unused')}</Pill>
            ) : (
              <code className="wrap-anywhere">{path}</code>
            )}
            <span className="ml-auto text-ink-soft">{sizeBytes !== null && <Bytes value={sizeBytes} />}</span>
            {mayRemove && path === null && (
              <IconButton
                small
                label={t('volumes.remove', { volume: name })}
                onClick={() => setLeaving(name)}
              >
                <Trash2 aria-hidden />
              </IconButton>
            )}
          </li>
        ))}
      </ul>
      <Confirm
        open={leaving !== null}
        title={t('volumes.removeTitle', { volume: leaving ?? '' })}
        action={t('volumes.removeAction')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving !== null && remove.mutate(leaving, { onSuccess: close })}
        onClose={close}
      >
        {t('volumes.removeAbout')}
      </Confirm>
    </Card>
  );
}
