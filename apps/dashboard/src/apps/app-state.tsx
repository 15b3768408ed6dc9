import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { Pill, type Tone } from '../ui/pill.tsx';

const tones: Record<AppView['state'], Tone> = {
  live: 'ok',
  deploying: 'busy',
  starting: 'busy',
  asleep: 'idle',
  failing: 'bad',
  stopped: 'idle',
  'no-release': 'idle',
};

/** How an app is doing. `frozen`: it sleeps in memory, and wakes within milliseconds. */
export function AppState({ state, frozen = false }: { state: AppView['state']; frozen?: boolean }) {
  const t = useT();
  return (
    <Pill tone={tones[state]}>
      {t(state === 'asleep' && frozen ? 'app.state.frozen' : `app.state.${state}`)}
    </Pill>
  );
}
