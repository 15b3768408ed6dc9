import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import type { QueryClient } from '@tanstack/react-query';
import type { EventFilter } from '#libs/contracts/api/events.js';
import { eventNouns } from '#libs/core/event-kinds.js';
import { appQuery, type ListedApps } from './apps/apps.queries.ts';
import { appFilters } from '#libs/core/app-states.js';
import { AppsPage } from './apps/apps-page.tsx';
import { setPresence } from './client/presence.ts';
import { ApiProblem } from './client/problem.ts';
import type { Range } from './metrics/metrics.queries.ts';
import { sessionQuery } from './session/session.queries.ts';
import { SignInPage } from './session/sign-in-page.tsx';
import { Failure, NotFound } from './shell/failure.tsx';
import { PendingBar, PendingPage } from './shell/pending.tsx';
import { Shell } from './shell/shell.tsx';
import { Announcer } from './ui/announcer.tsx';
import { lazyPage } from './ui/lazy-page.ts';
import { NoticeProvider } from './ui/notices.tsx';

interface Context {
  client: QueryClient;
}

const root = createRootRouteWithContext<Context>()({ component: Root, notFoundComponent: NotFound });

/** Notices lie below the router, since they may hold links. */
function Root() {
  return (
    <NoticeProvider>
      <PendingBar />
      <Outlet />
      <Announcer />
    </NoticeProvider>
  );
}

/** A search parameter that is a text or absent; anything else in the address is ignored. */
const text = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);
const count = (value: unknown) => (Number.isSafeInteger(value) ? (value as number) : undefined);
const rangeNames = ['15m', '1h', '6h', '24h'] as const satisfies readonly Range[];

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: (search: Record<string, unknown>): { next?: string | undefined } => ({
    next: text(search.next),
  }),
  component: SignInPage,
});

/** Where the link of an invitation leads, signed in or not. */
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyPage(() => import('./session/invitation-page.tsx'), 'InvitationPage'),
  errorComponent: Failure,
});

/** Everything behind it needs a signed-in user. */
const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  beforeLoad: async ({ context, location }) => {
    try {
      const { client } = context;
      const isNew = client.getQueryData(sessionQuery.queryKey) === undefined;
      await client.ensureQueryData(sessionQuery);
      if (isNew) setPresence('signed-in');
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 401) {
        throw redirect({ to: '/sign-in', search: { next: location.href }, replace: true });
      }
      throw error;
    }
  },
  component: Shell,
  errorComponent: Failure,
});

const home = createRoute({
  getParentRoute: () => shell,
  path: '/',
  beforeLoad: () => {
    throw redirect({ to: '/apps', replace: true });
  },
});

/** What is searched is part of the address: the way back from an app leads to the same list. */
const apps = createRoute({
  getParentRoute: () => shell,
  path: '/apps',
  validateSearch: (search: Record<string, unknown>): ListedApps => ({
    search: text(search.search),
    state: appFilters.find((name) => name === search.state),
    team: text(search.team),
  }),
  component: AppsPage,
});

const newApp = createRoute({
  getParentRoute: () => shell,
  path: '/new',
  component: lazyPage(() => import('./deploy/new-app-page.tsx'), 'NewAppPage'),
});

const app = createRoute({
  getParentRoute: () => shell,
  path: '/apps/$app',
  loader: ({ context, params }) => context.client.ensureQueryData(appQuery(params.app)),
  component: lazyPage(() => import('./apps/app-layout.tsx'), 'AppLayout'),
  errorComponent: Failure,
});

const overview = createRoute({
  getParentRoute: () => app,
  path: '/',
  component: lazyPage(() => import('./apps/overview-page.tsx'), 'OverviewPage'),
});
const deploy = createRoute({
  getParentRoute: () => app,
  path: '/deploy',
  component: lazyPage(() => import('./deploy/deploy-page.tsx'), 'DeployPage'),
});
const deployments = createRoute({
  getParentRoute: () => app,
  path: '/deployments',
  component: lazyPage(() => import('./deployments/deployments-page.tsx'), 'DeploymentsPage'),
});
const deployment = createRoute({
  getParentRoute: () => app,
  path: '/deployments/$number',
  component: lazyPage(() => import('./deployments/deployment-page.tsx'), 'DeploymentPage'),
});
const releases = createRoute({
  getParentRoute: () => app,
  path: '/releases',
  component: lazyPage(() => import('./releases/releases-page.tsx'), 'ReleasesPage'),
});
const releaseDiff = createRoute({
  getParentRoute: () => app,
  path: '/releases/diff',
  validateSearch: (
    search: Record<string, unknown>,
  ): { from?: number | undefined; to?: number | undefined } => ({
    from: count(search.from),
    to: count(search.to),
  }),
  component: lazyPage(() => import('./releases/diff-page.tsx'), 'DiffPage'),
});
const instances = createRoute({
  getParentRoute: () => app,
  path: '/instances',
  component: lazyPage(() => import('./instances/instances-page.tsx'), 'InstancesPage'),
});
const jobs = createRoute({
  getParentRoute: () => app,
  path: '/jobs',
  component: lazyPage(() => import('./jobs/jobs-page.tsx'), 'JobsPage'),
});
const logs = createRoute({
  getParentRoute: () => app,
  path: '/logs',
  validateSearch: (search: Record<string, unknown>): { instance?: string | undefined } => ({
    instance: text(search.instance),
  }),
  component: lazyPage(() => import('./logs/logs-page.tsx'), 'LogsPage'),
});
const terminal = createRoute({
  getParentRoute: () => app,
  path: '/terminal',
  validateSearch: (search: Record<string, unknown>): { instance?: string | undefined } => ({
    instance: text(search.instance),
  }),
  component: lazyPage(() => import('./terminal/terminal-page.tsx'), 'TerminalPage'),
});
const metrics = createRoute({
  getParentRoute: () => app,
  path: '/metrics',
  validateSearch: (
    search: Record<string, unknown>,
  ): { range?: Range | undefined; from?: number | undefined; to?: number | undefined } => ({
    range: rangeNames.find((name) => name === search.range),
    from: count(search.from),
    to: count(search.to),
  }),
  component: lazyPage(() => import('./metrics/metrics-page.tsx'), 'MetricsPage'),
});
const config = createRoute({
  getParentRoute: () => app,
  path: '/config',
  component: lazyPage(() => import('./config/config-page.tsx'), 'ConfigPage'),
});
const domains = createRoute({
  getParentRoute: () => app,
  path: '/domains',
  component: lazyPage(() => import('./domains/domains-page.tsx'), 'DomainsPage'),
});
const integrations = createRoute({
  getParentRoute: () => app,
  path: '/integrations',
  component: lazyPage(() => import('./integrations/integrations-page.tsx'), 'IntegrationsPage'),
});
const explain = createRoute({
  getParentRoute: () => app,
  path: '/explain',
  component: lazyPage(() => import('./explain/explain-page.tsx'), 'ExplainPage'),
});
const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyPage(() => import('./settings/settings-page.tsx'), 'SettingsPage'),
});

const team = createRoute({
  getParentRoute: () => shell,
  path: '/teams/$team',
  component: lazyPage(() => import('./team/team-page.tsx'), 'TeamPage'),
});
const tokens = createRoute({
  getParentRoute: () => shell,
  path: '/tokens',
  component: lazyPage(() => import('./tokens/tokens-page.tsx'), 'TokensPage'),
});
const addOns = createRoute({
  getParentRoute: () => shell,
  path: '/addons',
  component: lazyPage(() => import('./addons/addons-page.tsx'), 'AddOnsPage'),
});
const events = createRoute({
  getParentRoute: () => shell,
  path: '/events',
  validateSearch: (search: Record<string, unknown>): EventFilter => ({
    team: text(search.team),
    app: text(search.app),
    about: eventNouns.find((noun) => noun === search.about),
  }),
  component: lazyPage(() => import('./events/events-page.tsx'), 'EventsPage'),
});
const platform = createRoute({
  getParentRoute: () => shell,
  path: '/platform',
  component: lazyPage(() => import('./platform/platform-page.tsx'), 'PlatformPage'),
});
const account = createRoute({
  getParentRoute: () => shell,
  path: '/account',
  component: lazyPage(() => import('./account/account-page.tsx'), 'AccountPage'),
});

/** Where `berth login` sends people. */
const device = createRoute({
  getParentRoute: () => shell,
  path: '/device',
  validateSearch: (search: Record<string, unknown>): { code?: string | undefined } => ({
    code: text(search.code),
  }),
  component: lazyPage(() => import('./device/device-page.tsx'), 'DevicePage'),
});

const routeTree = root.addChildren([
  signIn,
  invitation,
  shell.addChildren([
    home,
    apps,
    newApp,
    app.addChildren([
      overview,
      deploy,
      deployments,
      deployment,
      releases,
      releaseDiff,
      instances,
      jobs,
      logs,
      metrics,
      terminal,
      config,
      domains,
      integrations,
      explain,
      settings,
    ]),
    addOns,
    team,
    tokens,
    events,
    platform,
    account,
    device,
  ]),
]);

export function makeRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    // A link that is pointed at loads its page ahead; data is TanStack Query's business.
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    defaultPendingComponent: PendingPage,
    defaultErrorComponent: Failure,
    defaultNotFoundComponent: NotFound,
    scrollRestoration: true,
  });
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof makeRouter>;
  }
}
