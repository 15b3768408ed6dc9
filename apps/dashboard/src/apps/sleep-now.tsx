import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { useCan } from '../session/session.queries.ts';
import { Button } from '../ui/button.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { useSleep } from './apps.queries.ts';

/** Does the app sleep, and how deep? With the button that changes it. */
export function SleepNow({ app }: { app: AppView }) {
  const t = useT();
  const mayDeploy = useCan('app.deploy', app.team);
  const change = useSleep(app.name);
  const { tier, since, enabled } = app.sleep;
  const asleep = app.state === 'asleep';
  const offered = mayDeploy && (asleep || (app.state === 'live' && enabled));
  return (
    <div className="space-y-2">
      <p>
        {asleep && tier !== 'running' ? (
          <>
            {t(`overview.sleep.${tier}`)} · <Ago at={since} />
          </>
        ) : (
          t(enabled ? 'overview.sleep.awake' : 'overview.sleep.never')
        )}
      </p>
      {offered && (
        <Button small busy={change.isPending} onClick={() => change.mutate(asleep ? 'wake' : 'sleep')}>
          {t(asleep ? 'overview.sleep.wake' : 'overview.sleep.sleep')}
        </Button>
      )}
      {change.isError && <ProblemNote error={change.error} />}
    </div>
  );
}
