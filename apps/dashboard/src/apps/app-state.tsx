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

export function AppState({ state }: { state: AppView['state'] }) {
  const t = useT();
  return <Pill tone={tones[state]}>{t(`app.state.${state}`)}</Pill>;
}
