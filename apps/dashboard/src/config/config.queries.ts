import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ChangedConfig, ConfigChangeBody, ConfigView } from '#libs/contracts/api/config.js';
import { path, request } from '../client/http.ts';

export const configQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'config'],
    queryFn: ({ signal }) => request<ConfigView>('GET', path('apps', app, 'config'), { signal }),
    // Values are secrets: gone from memory soon after the page is left.
    gcTime: 10_000,
  });

export function useChangeConfig(app: string) {
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: ConfigChangeBody) =>
      request<ChangedConfig>('PATCH', path('apps', app, 'config'), { body }),
    // Also where somebody else's change came first: theirs is shown then.
    onSettled: () => client.invalidateQueries({ queryKey: ['app', app] }),
  });
}
