import { useSyncExternalStore } from 'react';

/** Title of the page that is shown: read out when it changes, since a link of this app loads no document. */
let title = '';
const listeners = new Set<() => void>();

export function announce(text: string): void {
  title = text;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function Announcer() {
  const text = useSyncExternalStore(subscribe, () => title);
  return (
    <p aria-live="assertive" className="sr-only">
      {text}
    </p>
  );
}
