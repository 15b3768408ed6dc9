import type { ReactNode } from 'react';
import { classes } from './classes.ts';

export type Tone = 'ok' | 'warn' | 'bad' | 'busy' | 'idle';

const tones: Record<Tone, { pill: string; dot: string }> = {
  ok: { pill: 'bg-ok-soft text-ok', dot: 'bg-ok-dot' },
  warn: { pill: 'bg-warn-soft text-warn', dot: 'bg-warn-dot' },
  bad: { pill: 'bg-bad-soft text-bad', dot: 'bg-bad-dot' },
  busy: { pill: 'bg-busy-soft text-busy', dot: 'bg-busy-dot animate-breathe' },
  idle: { pill: 'bg-sunken text-ink-soft', dot: 'bg-ink-faint' },
};

/** A state in a word, with a colour; the word alone carries the meaning. */
export function Pill({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      className={classes(
        'inline-flex items-center gap-1.5 rounded-full px-2.5 py-0.5 text-xs font-medium whitespace-nowrap',
        tones[tone].pill,
      )}
    >
      <span aria-hidden className={classes('size-1.5 rounded-full', tones[tone].dot)} />
      {children}
    </span>
  );
}

/** A short neutral label. */
export function Tag({ children, className }: { children: ReactNode; className?: string }) {
  return (
    <span
      className={classes(
        'inline-flex items-center rounded-md border border-line bg-sunken px-1.5 py-px text-xs text-ink-soft',
        className,
      )}
    >
      {children}
    </span>
  );
}
