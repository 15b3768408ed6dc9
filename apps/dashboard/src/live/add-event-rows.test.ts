import { QueryClient } from '@tanstack/react-query';
import { expect, it } from 'vitest';
import type { EventView } from '#libs/contracts/api/events.js';
import { addEventRows } from './add-event-rows.ts';

const event = (id: number, change: Partial<EventView> = {}): EventView => ({
  ...{ id: String(id), at: '2026-11-30T08:00:00.000Z', kind: 'app.created', team: 'a', app: 'shop' },
  ...{ appId: null, actor: 'ada', data: {} },
  ...change,
});

it('live events come on top of the lists that they fit, once each, and nothing is read again', () => {
  const client = new QueryClient();
  const list = (filter: object, ids: number[]) =>
    client.setQueryData(['events', filter], {
      pages: [
        { items: ids.map((id) => event(id)), next: 'more' },
        { items: [event(1)], next: null },
      ],
      pageParams: [null, 'more'],
    });
  const ids = (filter: object) =>
    client
      .getQueryData<{ pages: { items: EventView[] }[] }>(['events', filter])
      ?.pages.flatMap(({ items }) => items.map(({ id }) => Number(id)));
  list({}, [10, 9]);
  list({ team: 'b' }, [10]);
  list({ about: 'member' }, []);
  addEventRows(client, [
    event(10),
    event(11),
    event(12, { team: 'b' }),
    event(13, { kind: 'member.added', app: null }),
  ]);
  expect(ids({})).toEqual([13, 12, 11, 10, 9, 1]);
  expect(ids({ team: 'b' })).toEqual([12, 10, 1]);
  expect(ids({ about: 'member' })).toEqual([13, 1]);
});
