import { useState } from 'react';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import type { InstanceView } from '#libs/contracts/api/instances.js';
import { path, request } from '../client/http.ts';
import { useT } from '../i18n/i18n.tsx';
import { Confirm } from '../ui/confirm.tsx';

/** Makes a release of what an instance wrote, once its price has been told. */
export function CommitInstance({ app, instance }: { app: string; instance: InstanceView }) {
  const t = useT();
  const navigate = useNavigate();
  const [open, setOpen] = useState(false);
  const commit = useMutation({
    mutationFn: () =>
      request<AcceptedDeployment>('POST', path('apps', app, 'instances', instance.id, 'commit'), {
        body: {},
      }),
    onSuccess: ({ deployment }) =>
      navigate({
        to: '/apps/$app/deployments/$number',
        params: { app, number: String(deployment.number) },
      }),
  });
  const close = () => {
    setOpen(false);
    commit.reset();
  };
  return (
    <>
      <button
        type="button"
        className="min-w-6 shrink-0 text-sm text-accent hover:underline"
        onClick={() => setOpen(true)}
      >
        {t('instances.commit')}
      </button>
      <Confirm
        open={open}
        title={t('instances.commitTitle', { instance: `${instance.process} ${instance.id.slice(-8)}` })}
        action={t('instances.commit')}
        busy={commit.isPending}
        error={commit.error}
        onConfirm={() => commit.mutate()}
        onClose={close}
      >
        <ul className="list-disc space-y-1 pl-5">
          <li>{t('instances.commitWhat')}</li>
          <li>{t('instances.commitLost')}</li>
          <li>{t('instances.commitSecrets')}</li>
          <li>{t('instances.commitPause')}</li>
        </ul>
      </Confirm>
    </>
  );
}
