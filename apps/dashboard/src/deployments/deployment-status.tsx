import type { DeploymentStatus } from '#libs/core/deployment-status.js';
import { useT } from '../i18n/i18n.tsx';
import { Pill, type Tone } from '../ui/pill.tsx';

const tones: Record<DeploymentStatus, Tone> = {
  queued: 'busy',
  building: 'busy',
  starting: 'busy',
  routing: 'busy',
  live: 'ok',
  failed: 'bad',
  cancelled: 'idle',
  superseded: 'idle',
};

export function DeploymentStatusPill({ status }: { status: DeploymentStatus }) {
  const t = useT();
  return <Pill tone={tones[status]}>{t(`deployment.status.${status}`)}</Pill>;
}
