import { infiniteQueryOptions } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type { EventFilter, EventView } from '#libs/contracts/api/events.js';
import { query, request } from '../client/http.ts';

export const eventsQuery = (filter: EventFilter) =>
  infiniteQueryOptions({
    queryKey: ['events', filter],
    queryFn: ({ pageParam, signal }) =>
      request<Page<EventView>>('GET', `/events${query({ ...filter, limit: 50, cursor: pageParam })}`, {
        signal,
      }),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  });
