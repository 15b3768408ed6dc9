import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ConnectionView, MadeConnection } from '#libs/contracts/api/connections.js';
import type { DrainList, DrainView } from '#libs/contracts/api/drains.js';
import type { Page } from '#libs/contracts/api/common.js';
import type { CreatedWebhook, DeliveryView, WebhookList } from '#libs/contracts/api/webhooks.js';
import { path, query, request } from '../client/http.ts';
import { ApiProblem } from '../client/problem.ts';

const keyOf = (app: string, what: string) => ['app', app, 'integrations', what];

export const webhooksQuery = (app: string) =>
  queryOptions({
    queryKey: keyOf(app, 'webhooks'),
    queryFn: ({ signal }) => request<WebhookList>('GET', path('apps', app, 'webhooks'), { signal }),
  });

/** Attempts are no events, so these are read on a timer. */
export const deliveriesQuery = (app: string, webhook: string) =>
  queryOptions({
    queryKey: keyOf(app, `deliveries ${webhook}`),
    queryFn: ({ signal }) =>
      request<Page<DeliveryView>>(
        'GET',
        path('apps', app, 'webhooks', webhook, 'deliveries') + query({ limit: 20 }),
        { signal },
      ),
    refetchInterval: 5_000,
  });

export const drainsQuery = (app: string) =>
  queryOptions({
    queryKey: keyOf(app, 'drains'),
    queryFn: ({ signal }) => request<DrainList>('GET', path('apps', app, 'drains'), { signal }),
    refetchInterval: 15_000,
  });

/** null: it is connected to none. */
export const connectionQuery = (app: string) =>
  queryOptions({
    queryKey: keyOf(app, 'connection'),
    queryFn: async ({ signal }) => {
      try {
        return await request<ConnectionView>('GET', path('apps', app, 'connection'), { signal });
      } catch (error) {
        if (error instanceof ApiProblem && error.status === 404) return null;
        throw error;
      }
    },
    refetchInterval: 10_000,
  });

/** A write after which the app's integrations are read again. */
function useWrite<In, Out>(app: string, mutationFn: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: ['app', app, 'integrations'] }),
  });
}

export const useAddWebhook = (app: string) =>
  useWrite(app, (url: string) =>
    request<CreatedWebhook>('POST', path('apps', app, 'webhooks'), { body: { url } }),
  );
export const useRemoveWebhook = (app: string) =>
  useWrite(app, (id: string) => request<void>('DELETE', path('apps', app, 'webhooks', id)));
export const useTestWebhook = (app: string) =>
  useWrite(app, (id: string) => request<DeliveryView>('POST', path('apps', app, 'webhooks', id, 'test')));
export const useReplay = (app: string, webhook: string) =>
  useWrite(app, (id: string) =>
    request<DeliveryView>('POST', path('apps', app, 'webhooks', webhook, 'deliveries', id, 'replay')),
  );
export const useAddDrain = (app: string) =>
  useWrite(app, (url: string) => request<DrainView>('POST', path('apps', app, 'drains'), { body: { url } }));
export const useRemoveDrain = (app: string) =>
  useWrite(app, (id: string) => request<void>('DELETE', path('apps', app, 'drains', id)));
export const useConnect = (app: string) =>
  useWrite(app, (body: { url: string; branch: string }) =>
    request<MadeConnection>('PUT', path('apps', app, 'connection'), { body }),
  );
export const useFetchNow = (app: string) =>
  useWrite(app, () => request<ConnectionView>('POST', path('apps', app, 'connection', 'deploy')));
export const useDisconnect = (app: string) =>
  useWrite(app, () => request<void>('DELETE', path('apps', app, 'connection')));
