import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { ConnectionView, MadeConnection } from '#libs/contracts/api/connections.js';
import type { DrainList, DrainView } from '#libs/contracts/api/drains.js';
import type { Page } from '#libs/contracts/api/common.js';
import type {
  CreatedWebhook,
  DeliveryView,
  WebhookChange,
  WebhookList,
  WebhookView,
} from '#libs/contracts/api/webhooks.js';
import { path, query, request } from '../client/http.ts';
import { ApiProblem } from '../client/problem.ts';

const keyOf = (app: string, what: string) => ['app', app, 'integrations', what];

/** Whose webhooks: an app's, or a team's, by its name. */
export interface WebhookPlace {
  of: 'app' | 'team';
  name: string;
}
const webhookKey = ({ of, name }: WebhookPlace) => [of, name, 'integrations'];
const webhookPath = ({ of, name }: WebhookPlace, ...rest: string[]) =>
  path(of === 'app' ? 'apps' : 'teams', name, 'webhooks', ...rest);

export const webhooksQuery = (place: WebhookPlace) =>
  queryOptions({
    queryKey: [...webhookKey(place), 'webhooks'],
    queryFn: ({ signal }) => request<WebhookList>('GET', webhookPath(place), { signal }),
  });

/** Attempts are no events, so these are read on a timer. */
export const deliveriesQuery = (place: WebhookPlace, webhook: string) =>
  queryOptions({
    queryKey: [...webhookKey(place), `deliveries ${webhook}`],
    queryFn: ({ signal }) =>
      request<Page<DeliveryView>>('GET', webhookPath(place, webhook, 'deliveries') + query({ limit: 20 }), {
        signal,
      }),
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

/** A write after which what hangs on it is read again. */
function useWrite<In, Out>(key: readonly string[], mutationFn: (input: In) => Promise<Out>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
}
const useAppWrite = <In, Out>(app: string, mutationFn: (input: In) => Promise<Out>) =>
  useWrite(['app', app, 'integrations'], mutationFn);

export const useAddWebhook = (place: WebhookPlace, kinds: readonly string[]) =>
  useWrite(webhookKey(place), (url: string) =>
    request<CreatedWebhook>('POST', webhookPath(place), { body: { url, kinds } }),
  );
export const useChangeWebhook = (place: WebhookPlace, id: string) =>
  useWrite(webhookKey(place), (body: WebhookChange) =>
    request<WebhookView>('PATCH', webhookPath(place, id), { body }),
  );
export const useRemoveWebhook = (place: WebhookPlace) =>
  useWrite(webhookKey(place), (id: string) => request<void>('DELETE', webhookPath(place, id)));
export const useTestWebhook = (place: WebhookPlace) =>
  useWrite(webhookKey(place), (id: string) => request<DeliveryView>('POST', webhookPath(place, id, 'test')));
export const useReplay = (place: WebhookPlace, webhook: string) =>
  useWrite(webhookKey(place), (id: string) =>
    request<DeliveryView>('POST', webhookPath(place, webhook, 'deliveries', id, 'replay')),
  );
export const useAddDrain = (app: string) =>
  useAppWrite(app, (url: string) =>
    request<DrainView>('POST', path('apps', app, 'drains'), { body: { url } }),
  );
export const useRemoveDrain = (app: string) =>
  useAppWrite(app, (id: string) => request<void>('DELETE', path('apps', app, 'drains', id)));
export const useConnect = (app: string) =>
  useAppWrite(app, (body: { url: string; branch: string }) =>
    request<MadeConnection>('PUT', path('apps', app, 'connection'), { body }),
  );
export const useFetchNow = (app: string) =>
  useAppWrite(app, () => request<ConnectionView>('POST', path('apps', app, 'connection', 'deploy')));
export const useDisconnect = (app: string) =>
  useAppWrite(app, () => request<void>('DELETE', path('apps', app, 'connection')));
