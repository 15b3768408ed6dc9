import { infiniteQueryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { AddOnView, CreatedAddOn, NewAddOn, NewAttachment } from '#libs/contracts/api/addons.js';
import type { Page } from '#libs/contracts/api/common.js';
import type { ChangedConfig } from '#libs/contracts/api/config.js';
import { path, query, request } from '../client/http.ts';

export const addOnsQuery = infiniteQueryOptions({
  queryKey: ['addons'],
  queryFn: ({ pageParam, signal }) =>
    request<Page<AddOnView>>('GET', `/addons${query({ limit: 100, cursor: pageParam })}`, { signal }),
  initialPageParam: null as string | null,
  getNextPageParam: (last) => last.next,
});

/** A change of add-ons, after which they are read again. */
function useAddOnChange<Input, Answer>(mutationFn: (input: Input) => Promise<Answer>) {
  const client = useQueryClient();
  return useMutation({
    mutationFn,
    onSuccess: () => client.invalidateQueries({ queryKey: addOnsQuery.queryKey }),
  });
}

export const useCreateAddOn = () =>
  useAddOnChange((body: NewAddOn) => request<CreatedAddOn>('POST', '/addons', { body }));

export const useDeleteAddOn = () =>
  useAddOnChange((name: string) => request<void>('DELETE', path('addons', name)));

export const useAttach = () =>
  useAddOnChange(({ app, ...body }: NewAttachment & { app: string }) =>
    request<ChangedConfig>('POST', path('apps', app, 'attachments'), { body }),
  );

export const useDetach = () =>
  useAddOnChange(({ app, variable }: { app: string; variable: string }) =>
    request<ChangedConfig>('DELETE', path('apps', app, 'attachments', variable)),
  );
