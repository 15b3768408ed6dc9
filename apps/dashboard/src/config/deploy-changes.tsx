import { Link } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { useNotify } from '../ui/notices.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { ChangesTable } from './changes-table.tsx';
import { useChangeConfig } from './config.queries.ts';
import { diffOf, type Saved, type Staged } from './staged.ts';

/** The staged changes as a difference, and the one deploy that carries them. Stays in sight while there are any. */
export function DeployChanges(props: {
  app: string;
  config: { saved: Saved; revision: string };
  staged: Staged;
  /** Names of those that somebody else has changed since they were staged. */
  overtaken: string[];
  onDone: () => void;
}) {
  const t = useT();
  const notify = useNotify();
  const change = useChangeConfig(props.app);
  const diff = diffOf(props.staged, props.config.saved);
  if (diff.length === 0) return null;
  const deploy = () =>
    change.mutate(
      { vars: props.staged, revision: props.config.revision },
      {
        onSuccess: ({ outcome, deployment }) => {
          props.onDone();
          notify(
            <>
              {t(`change.${outcome}`)}{' '}
              {deployment && (
                <Link
                  to="/apps/$app/deployments/$number"
                  params={{ app: props.app, number: String(deployment.number) }}
                  className="font-medium text-accent underline"
                >
                  {t('deployment.title', { number: String(deployment.number) })}
                </Link>
              )}
            </>,
          );
        },
      },
    );
  return (
    <section
      aria-label={t('config.staged')}
      className="sticky bottom-4 z-10 space-y-3 rounded-xl border border-accent bg-surface p-4 shadow-card"
    >
      <div className="flex flex-wrap items-center justify-between gap-3">
        <h2 className="font-semibold">{t('config.staged')}</h2>
        <div className="flex gap-2">
          <Button onClick={props.onDone} disabled={change.isPending}>
            {t('config.discard')}
          </Button>
          <Button look="primary" busy={change.isPending} onClick={deploy}>
            {t('config.deploy', { count: diff.length })}
          </Button>
        </div>
      </div>
      <ChangesTable diff={diff} />
      {props.overtaken.length > 0 && (
        <p role="status" className="text-sm text-warn">
          {t('config.overtaken', { keys: props.overtaken.join(', ') })}
        </p>
      )}
      {change.isError && <ProblemNote error={change.error} />}
    </section>
  );
}
