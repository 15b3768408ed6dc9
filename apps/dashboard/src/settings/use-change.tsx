import { Link } from '@tanstack/react-router';
import type { AppChange } from '#libs/contracts/api/apps.js';
import { useChangeApp } from '../apps/apps.queries.ts';
import { useT } from '../i18n/i18n.tsx';
import { useNotify } from '../ui/notices.tsx';

/** Changes an app and says what became of it. */
export function useChange(app: string, onSaved: () => void) {
  const t = useT();
  const notify = useNotify();
  const change = useChangeApp(app);
  const save = (body: AppChange) =>
    change.mutate(body, {
      onSuccess: ({ outcome, deployment }) => {
        onSaved();
        notify(
          <>
            {t(`change.${outcome}`)}{' '}
            {deployment && (
              <Link
                to="/apps/$app/deployments/$number"
                params={{ app, number: String(deployment.number) }}
                className="font-medium text-accent underline"
              >
                {t('deployment.title', { number: String(deployment.number) })}
              </Link>
            )}
          </>,
        );
      },
    });
  return { save, busy: change.isPending, error: change.error };
}
