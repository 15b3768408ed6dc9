import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type { EventFilter, EventView } from '#libs/contracts/api/events.js';

type Rows = InfiniteData<Page<EventView>>;

/** Puts events on top of the lists that show them: nothing is read again, however long the lists are. */
export function addEventRows(client: QueryClient, events: EventView[]): void {
  for (const query of client.getQueryCache().findAll({ queryKey: ['events'] })) {
    const filter = query.queryKey[1] as EventFilter;
    const fitting = events.filter((event) => fits(event, filter));
    if (fitting.length > 0)
      client.setQueryData<Rows>(query.queryKey, (rows) => rows && withRows(rows, fitting));
  }
}

function fits(event: EventView, { team, app, about }: EventFilter): boolean {
  return (
    (team === undefined || event.team === team) &&
    (app === undefined || event.app === app) &&
    (about === undefined || event.kind.startsWith(`${about}.`))
  );
}

/** Newest first, and none twice: after a broken connection some come again. */
export function withRows(rows: Rows, events: EventView[]): Rows {
  const [first, ...others] = rows.pages;
  if (first === undefined) return rows;
  const newest = BigInt(first.items[0]?.id ?? 0);
  const fresh = events
    .filter(({ id }) => BigInt(id) > newest)
    .sort((a, b) => (BigInt(a.id) < BigInt(b.id) ? 1 : -1));
  if (fresh.length === 0) return rows;
  return { ...rows, pages: [{ ...first, items: [...fresh, ...first.items] }, ...others] };
}
