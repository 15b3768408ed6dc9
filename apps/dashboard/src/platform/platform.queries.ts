import { queryOptions } from '@tanstack/react-query';
import type { PlatformView } from '#libs/contracts/api/platform.js';
import { request } from '../client/http.ts';

export const platformQuery = queryOptions({
  queryKey: ['platform'],
  queryFn: ({ signal }) => request<PlatformView>('GET', '/platform', { signal }),
  refetchInterval: 5000,
});
