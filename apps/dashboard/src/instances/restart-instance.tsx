import { useMutation, useQueryClient } from '@tanstack/react-query';
import type { InstanceView } from '#libs/contracts/api/instances.js';
import { path, request } from '../client/http.ts';
import { useT } from '../i18n/i18n.tsx';
import { useNotify } from '../ui/notices.tsx';
import { Pill } from '../ui/pill.tsx';
import { problemText } from '../ui/states.tsx';

/** Puts another instance in the place of this one, which serves until that one does; while it is under way it says so. */
export function RestartInstance({ app, instance }: { app: string; instance: InstanceView }) {
  const t = useT();
  const notify = useNotify();
  const client = useQueryClient();
  const restart = useMutation({
    mutationFn: () => request<InstanceView>('POST', path('apps', app, 'instances', instance.id, 'restart')),
    onSuccess: () => {
      notify(t('instances.restartingOne'));
      return client.invalidateQueries({ queryKey: ['app', app] });
    },
    onError: (error) => notify(problemText(error, t), 'bad'),
  });
  if (instance.restartAskedAt !== null) return <Pill tone="busy">{t('instances.leaving')}</Pill>;
  return (
    <button
      type="button"
      className="min-w-6 shrink-0 text-sm text-accent hover:underline disabled:opacity-60"
      aria-label={t('instances.restartOne', { instance: `${instance.process} ${instance.id.slice(-8)}` })}
      disabled={restart.isPending}
      onClick={() => restart.mutate()}
    >
      {t('instances.restartAction')}
    </button>
  );
}
