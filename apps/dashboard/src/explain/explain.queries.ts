import { queryOptions } from '@tanstack/react-query';
import type { ExplainView } from '#libs/contracts/api/explain.js';
import { path, request } from '../client/http.ts';

export const explainQuery = (app: string) =>
  queryOptions({
    queryKey: ['app', app, 'explain'],
    queryFn: ({ signal }) => request<ExplainView>('GET', path('apps', app, 'explain'), { signal }),
  });
