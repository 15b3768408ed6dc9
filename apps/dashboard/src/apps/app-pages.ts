import type { AppView } from '#libs/contracts/api/apps.js';
import type { MessageKey } from '../i18n/en/index.ts';

/** Pages of an app, in the order of its side bar. */
const appPages = [
  { to: '/apps/$app', label: 'appPage.overview' },
  { to: '/apps/$app/deployments', label: 'appPage.deployments' },
  { to: '/apps/$app/releases', label: 'appPage.releases' },
  { to: '/apps/$app/instances', label: 'appPage.instances' },
  { to: '/apps/$app/jobs', label: 'appPage.jobs' },
  { to: '/apps/$app/logs', label: 'appPage.logs' },
  { to: '/apps/$app/metrics', label: 'appPage.metrics' },
  { to: '/apps/$app/config', label: 'appPage.config' },
  { to: '/apps/$app/domains', label: 'appPage.domains' },
  { to: '/apps/$app/integrations', label: 'appPage.integrations' },
  { to: '/apps/$app/explain', label: 'appPage.explain' },
  { to: '/apps/$app/settings', label: 'appPage.settings' },
] as const satisfies readonly { to: string; label: MessageKey }[];

/** Those that say nothing of an add-on. */
const ofAppsAlone: readonly MessageKey[] = ['appPage.jobs', 'appPage.config', 'appPage.domains'];

export function pagesOf({ kind }: Pick<AppView, 'kind'>) {
  return kind === 'app' ? appPages : appPages.filter(({ label }) => !ofAppsAlone.includes(label));
}
