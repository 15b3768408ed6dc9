import { useState } from 'react';
import { useNavigate } from '@tanstack/react-router';
import { Trash2 } from 'lucide-react';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useDeleteApp } from '../apps/apps.queries.ts';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { useNotify } from '../ui/notices.tsx';

export function DangerZone({ app }: { app: AppView }) {
  const t = useT();
  const navigate = useNavigate();
  const notify = useNotify();
  const [asking, setAsking] = useState(false);
  const remove = useDeleteApp(app.name);
  const confirmed = () =>
    remove.mutate(undefined, {
      onSuccess: async () => {
        await navigate({ to: '/apps' });
        notify(t('settings.deleted', { app: app.name }));
      },
    });
  return (
    <>
      <Card
        title={t('settings.danger')}
        about={t('settings.deleteAbout')}
        className="border-bad-dot/50!"
        actions={
          <Button look="danger" onClick={() => setAsking(true)}>
            <Trash2 aria-hidden /> {t('settings.delete')}
          </Button>
        }
      />
      <Confirm
        open={asking}
        title={t('settings.deleteTitle', { app: app.name })}
        action={t('settings.delete')}
        typed={app.name}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={confirmed}
        onClose={() => setAsking(false)}
      >
        {t('settings.deleteWarning')}
      </Confirm>
    </>
  );
}
