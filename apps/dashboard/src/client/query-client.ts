import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from './problem.ts';

/**
 * Reads are kept fresh by the event stream (src/live/use-live-events.ts), so they are not polled; a lost server is asked
 * again, a refusal is not.
 */
export function makeQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        retry: (failures, error) =>
          error instanceof ApiProblem ? error.unreachable && failures < 2 : failures < 1,
        retryDelay: (attempt) => Math.min(500 * 2 ** attempt, 4000),
        networkMode: 'always',
      },
      mutations: { networkMode: 'always' },
    },
  });
}
