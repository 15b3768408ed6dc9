import { queryOptions, useMutation } from '@tanstack/react-query';
import type { LoginAnswer, LoginView } from '#libs/contracts/api/logins.js';
import { path, request } from '../client/http.ts';

/** Who waits with this code. It is asked for once: guesses are counted. */
export const loginQuery = (code: string) =>
  queryOptions({
    queryKey: ['login', code],
    queryFn: ({ signal }) => request<LoginView>('GET', path('logins', code), { signal }),
    retry: false,
    staleTime: Infinity,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });

export const useAllow = (code: string) =>
  useMutation({
    mutationFn: (body: LoginAnswer) => request<void>('POST', path('logins', code, 'allow'), { body }),
  });

export const useRefuse = (code: string) =>
  useMutation({ mutationFn: () => request<void>('POST', path('logins', code, 'refuse')) });
