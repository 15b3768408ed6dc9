import { useEffect } from 'react';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { Page } from '#libs/contracts/api/common.js';
import { useT } from '../i18n/i18n.tsx';
import { Button } from './button.tsx';
import { ProblemNote } from './states.tsx';
import { useInView } from './use-in-view.ts';

/** All rows that were read so far. */
export function rowsOf<T>(data: InfiniteData<Page<T>>): T[] {
  return data.pages.flatMap((page) => page.items);
}

/** The end of a list that has more. */
export function More<T>({ query }: { query: UseInfiniteQueryResult<InfiniteData<Page<T>>> }) {
  const t = useT();
  if (!query.hasNextPage) return null;
  const again = () => void query.fetchNextPage();
  return (
    <div className="flex justify-center p-3">
      {query.isFetchNextPageError ? (
        <ProblemNote error={query.error} onRetry={again} />
      ) : (
        <Button small busy={query.isFetchingNextPage} onClick={again}>
          {t('action.more')}
        </Button>
      )}
    </div>
  );
}

/** The same for lists that go on by themselves as their end comes near. */
export function MoreInView<T>({ query }: { query: UseInfiniteQueryResult<InfiniteData<Page<T>>> }) {
  const [ref, inView] = useInView<HTMLDivElement>();
  const { hasNextPage, isFetching, isError, fetchNextPage } = query;
  useEffect(() => {
    if (inView && hasNextPage && !isFetching && !isError) void fetchNextPage();
  }, [inView, hasNextPage, isFetching, isError, fetchNextPage]);
  return (
    <div ref={ref}>
      <More query={query} />
    </div>
  );
}
