import type { InstanceStatus } from '#libs/core/instance-status.js';
import { useT } from '../i18n/i18n.tsx';
import { Pill, type Tone } from '../ui/pill.tsx';

const tones: Record<InstanceStatus, Tone> = {
  creating: 'busy',
  starting: 'busy',
  ready: 'ok',
  frozen: 'idle',
  crashed: 'bad',
  draining: 'warn',
  ended: 'idle',
  stopped: 'idle',
};

export function InstanceStatusPill({ status }: { status: InstanceStatus }) {
  const t = useT();
  return <Pill tone={tones[status]}>{t(`instance.status.${status}`)}</Pill>;
}
