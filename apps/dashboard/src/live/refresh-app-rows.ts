import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import type { AppView } from '#libs/contracts/api/apps.js';
import type { Page } from '#libs/contracts/api/common.js';
import { appQuery } from '../apps/apps.queries.ts';

type Lists = InfiniteData<Page<AppView>>;
/** Where more apps than this moved at once, the lists are read again instead. */
const many = 5;

/** Brings apps up to date where lists show them: only they are read again, however long the lists are. */
export async function refreshAppRows(client: QueryClient, names: string[]): Promise<void> {
  if (!client.getQueryCache().findAll({ queryKey: ['apps'], type: 'active' }).length) {
    return client.invalidateQueries({ queryKey: ['apps'] });
  }
  if (names.length > many) return client.invalidateQueries({ queryKey: ['apps'] });
  for (const name of names) {
    const app = await client.fetchQuery({ ...appQuery(name), staleTime: 0 }).catch(() => null);
    // Gone, or not to be seen any more.
    if (app === null) return client.invalidateQueries({ queryKey: ['apps'] });
    client.setQueriesData<Lists>({ queryKey: ['apps', 'list'] }, (lists) => lists && withRow(lists, app));
  }
}

function withRow(lists: Lists, app: AppView): Lists {
  return {
    ...lists,
    pages: lists.pages.map((page) =>
      page.items.some(({ id }) => id === app.id)
        ? { ...page, items: page.items.map((row) => (row.id === app.id ? app : row)) }
        : page,
    ),
  };
}
