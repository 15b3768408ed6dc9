import { infiniteQueryOptions } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import type { EventView } from '#libs/contracts/api/events.js';
import type { EventNoun } from '#libs/core/event-kinds.js';
import { query, request } from '../client/http.ts';

export interface EventFilter {
  team?: string | undefined;
  app?: string | undefined;
  about?: EventNoun | undefined;
}

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
