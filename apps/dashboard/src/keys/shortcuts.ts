import type { MessageKey } from '../i18n/en/index.ts';

/** Where `g` and a letter lead. `$app` and `$team` stand for the ones that are shown. Pure. */
export const places = [
  { key: 'a', to: '/apps', label: 'shell.apps' },
  { key: 'b', to: '/addons', label: 'shell.addons' },
  { key: 'e', to: '/events', label: 'shell.events' },
  { key: 't', to: '/teams/$team', label: 'shell.team' },
  { key: 'k', to: '/tokens', label: 'shell.tokens' },
  { key: 'p', to: '/platform', label: 'shell.platform' },
  { key: 'o', to: '/apps/$app', label: 'appPage.overview' },
  { key: 'd', to: '/apps/$app/deployments', label: 'appPage.deployments' },
  { key: 'r', to: '/apps/$app/releases', label: 'appPage.releases' },
  { key: 'i', to: '/apps/$app/instances', label: 'appPage.instances' },
  { key: 'l', to: '/apps/$app/logs', label: 'appPage.logs' },
  { key: 'm', to: '/apps/$app/metrics', label: 'appPage.metrics' },
  { key: 'c', to: '/apps/$app/config', label: 'appPage.config' },
  { key: 's', to: '/apps/$app/settings', label: 'appPage.settings' },
] as const satisfies readonly { key: string; to: string; label: MessageKey }[];

/** What is shown now, as far as places hang on it. */
export interface Shown {
  app: string | undefined;
  team: string | undefined;
}

export type Does = { does: 'search' | 'help' | 'new' | 'deploy' } | { does: 'go'; to: string };

/** What pressing `key` does, `g` having been pressed just before or not; null: nothing. */
export function shortcutOf(key: string, afterG: boolean, shown: Shown): Does | null {
  if (afterG) {
    const place = places.find((each) => each.key === key);
    const to = place && addressOf(place.to, shown);
    return to ? { does: 'go', to } : null;
  }
  if (key === '/') return { does: 'search' };
  if (key === '?') return { does: 'help' };
  if (key === 'n') return { does: 'new' };
  if (key === 'd' && shown.app !== undefined) return { does: 'deploy' };
  return null;
}

/** The address of a place, or null where it needs what is not shown. */
export function addressOf(to: string, { app, team }: Shown): string | null {
  if (to.includes('$app')) return app === undefined ? null : to.replace('$app', app);
  if (to.includes('$team')) return team === undefined ? null : to.replace('$team', team);
  return to;
}
