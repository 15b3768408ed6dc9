import { useId, type ReactNode } from 'react';
import { classes } from './classes.ts';

/** How much of a limit is used. */
export function Meter({ label, share, value }: { label: string; share: number; value: ReactNode }) {
  const id = useId();
  const percent = Math.round(Math.min(1, Math.max(0, share)) * 100);
  return (
    <div className="min-w-0">
      <div className="mb-1 flex flex-wrap justify-between gap-x-2 text-xs text-ink-soft">
        <span id={id}>{label}</span>
        <span>{value}</span>
      </div>
      <div
        role="meter"
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={percent}
        className="h-1.5 overflow-hidden rounded-full bg-line"
      >
        <div
          className={classes(
            'h-full rounded-full',
            percent >= 90 ? 'bg-bad-dot' : percent >= 70 ? 'bg-warn-dot' : 'bg-ok-dot',
          )}
          style={{ width: `${percent}%` }}
        />
      </div>
    </div>
  );
}
