import { useSyncExternalStore } from 'react';
import { ApiProblem } from './problem.ts';

/**
 * Is the user still known to the platform? `ended`: they were signed in on this page and are no more (time was up, they signed out in
 * another tab, someone ended their sessions). What they typed is still here, so what it asks for waits until they are back.
 */
export type Presence = 'nobody' | 'signed-in' | 'ended';

let presence: Presence = 'nobody';
/** Counts the times that somebody came in. */
let turn = 0;
const watchers = new Set<() => void>();

export function setPresence(next: Presence): void {
  if (next === presence) return;
  presence = next;
  if (next === 'signed-in') turn += 1;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

export function usePresence(): Presence {
  return useSyncExternalStore(watch, () => presence);
}

/** Runs a request; if it is refused because the session has ended, once more when the user is back. */
export async function whilePresent<T>(attempt: () => Promise<T>, signal?: AbortSignal): Promise<T> {
  for (;;) {
    const before = turn;
    try {
      return await attempt();
    } catch (error) {
      const isOver = error instanceof ApiProblem && error.code === 'unauthenticated';
      if (!isOver || presence === 'nobody') throw error;
      // What was asked with the session before says nothing about the new one.
      if (before !== turn) continue;
      setPresence('ended');
      await back(signal);
    }
  }
}

/** Resolves when the session is no longer over; rejects when nobody waits for that any more. */
function back(signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const gone = () => {
      unwatch();
      reject(signal?.reason as Error);
    };
    const unwatch = watch(() => {
      if (presence === 'ended') return;
      unwatch();
      signal?.removeEventListener('abort', gone);
      resolve();
    });
    signal?.addEventListener('abort', gone, { once: true });
  });
}
