import { queryOptions } from '@tanstack/react-query';
import type { InstanceList } from '#libs/contracts/api/instances.js';
import { path, query, request } from '../client/http.ts';

/** Instances, stopped ones too with `all`. Samples come every 10 s and are no events, so this one is read on a timer. */
export const instancesQuery = (app: string, all = false) =>
  queryOptions({
    queryKey: ['app', app, 'instances', all],
    queryFn: ({ signal }) =>
      request<InstanceList>('GET', path('apps', app, 'instances') + query({ all: all ? 1 : 0 }), { signal }),
    refetchInterval: 10_000,
  });
