import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { RebuiltApps, StackList } from '#libs/contracts/api/stacks.js';
import { request } from '../client/http.ts';

export const stacksQuery = queryOptions({
  queryKey: ['stacks'],
  queryFn: ({ signal }) => request<StackList>('GET', '/platform/stacks', { signal }),
});

/** Builds what stands on older ones again. */
export function useRebuildApps() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: () => request<RebuiltApps>('POST', '/platform/stacks/rebuild'),
    onSuccess: () => client.invalidateQueries({ queryKey: stacksQuery.queryKey }),
  });
}
