import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { AppDisk, CollectionView } from '#libs/contracts/api/disk.js';
import { path, request } from '../client/http.ts';

export const appDiskQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'disk'],
    queryFn: ({ signal }) => request<AppDisk>('GET', `${path('apps', app)}/disk`, { signal }),
  });

export const platformDiskQuery = queryOptions({
  queryKey: ['platform-disk'],
  queryFn: ({ signal }) => request<CollectionView>('GET', '/platform/disk', { signal }),
});

/** So often is a collection that takes longer asked for, and so many times: it goes on without us. */
const ASK_MS = 1_000;
const MOST_ASKS = 300;

/** Removes what is not needed any more, then looks anew. Answers the collection as it ended, or as it still goes on after minutes. */
export function useCollectDisk() {
  const client = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      let asked = await request<CollectionView>('POST', '/platform/disk/collections', {
        body: { dryRun: false },
      });
      for (let asks = 0; asked.endedAt === null && asks < MOST_ASKS; asks += 1) {
        await new Promise((resolve) => setTimeout(resolve, ASK_MS));
        asked = await request<CollectionView>('GET', path('platform', 'disk', 'collections', asked.id));
      }
      return asked;
    },
    onSuccess: () => client.invalidateQueries({ queryKey: platformDiskQuery.queryKey }),
  });
}
