import { useSyncExternalStore } from 'react';

/** Is the page in touch with the platform? One small store that the shell's banner reads. */
let connected = true;
const listeners = new Set<() => void>();

export function setConnected(value: boolean): void {
  if (value === connected) return;
  connected = value;
  for (const listener of listeners) listener();
}

export function useConnected(): boolean {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => connected,
  );
}
