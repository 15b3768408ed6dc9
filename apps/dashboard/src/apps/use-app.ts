import { useSuspenseQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { AppView } from '#libs/contracts/api/apps.js';
import { appQuery } from './apps.queries.ts';

const route = getRouteApi('/shell/apps/$app');

/** The app whose pages are shown; only below its route, which has loaded it. */
export function useApp(): AppView {
  const { app } = route.useParams();
  return useSuspenseQuery(appQuery(app)).data;
}
