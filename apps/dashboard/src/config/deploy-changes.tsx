import { Link } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { useNotify } from '../ui/notices.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useChangeConfig } from './config.queries.ts';
import { diffOf, type Saved, type Staged } from './staged.ts';

const marks = { added: '+', changed: '~', removed: '−' } as const;
const looks = { added: 'text-ok', changed: 'text-busy', removed: 'text-bad' } as const;

/** The staged changes as a difference, and the one deploy that carries them. Stays in sight while there are any. */
export function DeployChanges(props: { app: string; staged: Staged; saved: Saved; onDone: () => void }) {
  const t = useT();
  const notify = useNotify();
  const change = useChangeConfig(props.app);
  const diff = diffOf(props.staged, props.saved);
  if (diff.length === 0) return null;
  const deploy = () =>
    change.mutate(
      { vars: props.staged },
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
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 className="font-semibold">{t('config.staged')}</h2>
          <ul className="mt-1 flex flex-wrap gap-x-4 gap-y-0.5 text-sm">
            {diff.map(({ key, kind }) => (
              <li key={key} className={classes('font-mono wrap-anywhere', looks[kind])}>
                <span aria-hidden>{marks[kind]}</span>
                <span className="sr-only">{t(`config.${kind}`)}</span> {key}
              </li>
            ))}
          </ul>
        </div>
        <div className="flex gap-2">
          <Button onClick={props.onDone} disabled={change.isPending}>
            {t('config.discard')}
          </Button>
          <Button look="primary" busy={change.isPending} onClick={deploy}>
            {t('config.deploy', { count: diff.length })}
          </Button>
        </div>
      </div>
      {change.isError && <ProblemNote error={change.error} />}
    </section>
  );
}
