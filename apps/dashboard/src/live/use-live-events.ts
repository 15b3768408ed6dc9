import { useEffect } from 'react';
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import type { EventView } from '#libs/contracts/api/events.js';
import { setConnected } from './connection.ts';
import { addEventRows } from './add-event-rows.ts';
import { refreshAppRows } from './refresh-app-rows.ts';
import { openStream } from './stream.ts';

/** A server that restarts is back before this: no reason to worry anybody. */
const PATIENCE_MS = 1500;
/** Events come in bursts (a deployment moves, its instance too); what they touch is read again at most this often. */
const GATHER_MS = 200;

/**
 * Follows the platform's events while the shell is shown, and reads again what each event touches. After a lost
 * connection everything on the page is read again, so that nothing is missed.
 */
export function useLiveEvents(): void {
  const client = useQueryClient();
  useEffect(() => {
    const refresh = gather(client);
    let worry: ReturnType<typeof setTimeout> | undefined;
    const stream = openStream('/v1/events/stream', {
      onMessage: (message) => {
        if (message.event === 'event') refresh.add(JSON.parse(message.data) as EventView);
      },
      onState: (state) => {
        clearTimeout(worry);
        if (state === 'lost') worry = setTimeout(() => setConnected(false), PATIENCE_MS);
        else setConnected(true);
      },
      // Also after the first connection: what was read while it was being made may have changed before it stood.
      onConnect: () => void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'meta' }),
    });
    return () => {
      stream.close();
      refresh.stop();
      clearTimeout(worry);
      setConnected(true);
    };
  }, [client]);
}

/** After these a list of apps has other rows; after all others it has the same, which changed. */
const changesLists = new Set<EventView['kind']>(['app.created', 'app.deleted']);

function gather(client: QueryClient) {
  let waiting: EventView[] = [];
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    timer = null;
    const moved = waiting.flatMap(({ app, kind }) => (app !== null && !changesLists.has(kind) ? [app] : []));
    addEventRows(client, waiting);
    if (moved.length > 0) void refreshAppRows(client, [...new Set(moved)]);
    const keys = new Map(waiting.flatMap(keysTouchedBy).map((key) => [JSON.stringify(key), key]));
    waiting = [];
    for (const queryKey of keys.values()) void client.invalidateQueries({ queryKey });
  };
  return {
    add(event: EventView) {
      waiting.push(event);
      timer ??= setTimeout(flush, GATHER_MS);
    },
    stop() {
      if (timer !== null) clearTimeout(timer);
    },
  };
}

/** Query keys (see the *.queries.ts files) whose answers an event may have changed. */
function keysTouchedBy(event: EventView): string[][] {
  const keys: string[][] = [];
  const noun = event.kind.split('.')[0];
  if (event.app !== null) keys.push(['app', event.app], ['addons']);
  if (changesLists.has(event.kind)) keys.push(['apps'], ['teams']);
  if (noun === 'team' || noun === 'member') keys.push(['teams'], ['team'], ['session']);
  if (noun === 'token') keys.push(['tokens']);
  return keys;
}
