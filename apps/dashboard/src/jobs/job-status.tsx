import type { JobStatus } from '#libs/core/job.js';
import { useT } from '../i18n/i18n.tsx';
import { Pill, type Tone } from '../ui/pill.tsx';

const tones: Record<JobStatus, Tone> = {
  queued: 'busy',
  running: 'busy',
  succeeded: 'ok',
  failed: 'bad',
  cancelled: 'idle',
  skipped: 'idle',
};

export function JobStatusPill({ status }: { status: JobStatus }) {
  const t = useT();
  return <Pill tone={tones[status]}>{t(`job.status.${status}`)}</Pill>;
}
