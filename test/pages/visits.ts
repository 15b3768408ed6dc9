/** Where the webhook of the full app would send. */
export const webhookUrl = 'https://hooks.example.org/berth';

/**
 * Would run a script wherever it were taken for markup; stands where people write freely. That it tried is in the console: the pages'
 * policy lets no such script run.
 */
export const hostile = '<img src=x onerror=hostile()>';

/** What the pages are shown of: an app with all that an app may have, one without anything yet, and a team. */
export interface Stage {
  app: string;
  emptyApp: string | null;
  team: string;
  emptyTeam: string | null;
  /** Where the link of an open invitation leads, from its path on. */
  invitation: string | null;
}

/**
 * For each route of the dashboard's router the addresses that are looked at, with much to show and with nothing. Tests compare
 * it with the router of the page that runs, so that a new page is not forgotten.
 */
export const visits: Record<string, (stage: Stage) => string[]> = {
  '/sign-in': () => ['/sign-in'],
  '/invitation': ({ invitation }) => (invitation ? [invitation] : []),
  '/': () => ['/'],
  '/apps': () => ['/apps'],
  '/new': () => ['/new'],
  '/teams/$team': ({ team, emptyTeam }) => [team, emptyTeam].flatMap((one) => (one ? [`/teams/${one}`] : [])),
  '/addons': () => ['/addons'],
  '/tokens': () => ['/tokens'],
  '/events': ({ emptyApp }) => ['/events', ...(emptyApp ? [`/events?app=${emptyApp}`] : [])],
  '/platform': () => ['/platform'],
  '/device': () => ['/device'],
  '/account': () => ['/account'],
  '/apps/$app': both(''),
  '/apps/$app/deploy': both('/deploy'),
  '/apps/$app/deployments': both('/deployments'),
  '/apps/$app/deployments/$number': ({ app }) => [2, 3].map((number) => `/apps/${app}/deployments/${number}`),
  '/apps/$app/releases': both('/releases'),
  '/apps/$app/releases/diff': ({ app }) => [`/apps/${app}/releases/diff?from=1&to=3`],
  '/apps/$app/instances': both('/instances'),
  '/apps/$app/jobs': both('/jobs'),
  '/apps/$app/logs': both('/logs'),
  '/apps/$app/metrics': both('/metrics'),
  '/apps/$app/terminal': both('/terminal'),
  '/apps/$app/config': both('/config'),
  '/apps/$app/domains': both('/domains'),
  '/apps/$app/integrations': both('/integrations'),
  '/apps/$app/explain': both('/explain'),
  '/apps/$app/settings': both('/settings'),
};

/** A page of an app, of the full one and of the empty one. */
function both(page: string): (stage: Stage) => string[] {
  return ({ app, emptyApp }) => [app, emptyApp].flatMap((one) => (one ? [`/apps/${one}${page}`] : []));
}
