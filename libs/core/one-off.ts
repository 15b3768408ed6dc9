import { z } from 'zod';

/** What a one-off instance was started to do: part of its row. */
export const oneOff = z.object({
  command: z.array(z.string()).min(1),
  /** null: the image of its release. */
  image: z.string().nullable(),
  /** With a terminal, or with plain streams. */
  terminal: z.boolean(),
  /** Removed as soon as it ends, as with `docker run --rm`. */
  remove: z.boolean(),
  /** What it prints is kept in the app's log. */
  log: z.boolean().default(true),
});
export type OneOff = z.infer<typeof oneOff>;

/** An ended one is kept so long, ms. */
export const keepEndedMs = 24 * 3600_000;
/** One-offs of an app, running and kept ones together; the longest ended makes room for a new one. */
export const oneOffsPerApp = 10;

export interface ObservedOneOff {
  status: 'creating' | 'starting' | 'ready' | 'ended';
  container: 'none' | 'created' | 'running' | 'ended';
  /** A session of this runtime holds it. */
  held: boolean;
  detached: boolean;
  appDeleted: boolean;
  /** Is it removed when it ends? */
  remove: boolean;
  expiresAt: number | null;
  endedAt: number | null;
}

/**
 * What is to be done about a one-off that nobody looks after at the moment: its client may have vanished, its runtime may have
 * been killed at any step. `stop`: end its process, keep the container. `note`: its process is over, say so.
 */
export function decideOneOff(one: ObservedOneOff, now: number): 'nothing' | 'stop' | 'note' | 'remove' {
  if (one.appDeleted) return 'remove';
  if (one.held) return 'nothing';
  // Its start was broken off: nobody has seen anything of it.
  if (one.container === 'none' || one.status === 'creating') return 'remove';
  if (one.container === 'running') {
    const wanted = one.status === 'ready' && one.detached && now < (one.expiresAt ?? now);
    return wanted ? 'nothing' : 'stop';
  }
  if (one.remove) return 'remove';
  if (one.status !== 'ended') return 'note';
  return now - (one.endedAt ?? now) > keepEndedMs ? 'remove' : 'nothing';
}
