import type { Page } from 'playwright-core';
import { webhookUrl, type Stage } from '#test/pages/visits.js';
import type { Say } from '#test/pages/words.js';

/** What lies over a page or unfolds on it once something is pressed. */
export interface Opening {
  name: string;
  /** The dashboard's file that brings it; a test finds files that nothing opens. */
  of: string;
  path: (stage: Stage) => string;
  open: (page: Page, say: Say) => Promise<void>;
  /** Opening it changes something that other pages show. */
  writes?: true;
}

/** Presses the first button whose name holds this sentence of the dictionary. */
const press =
  (key: string, values: Record<string, string> = {}) =>
  async (page: Page, say: Say): Promise<void> => {
    await page
      .getByRole('button', { name: say(key, values).trim() })
      .first()
      .click();
    await page.locator('dialog[open]').waitFor();
  };

const inApp =
  (page: string) =>
  ({ app }: Stage): string =>
    `/apps/${app}${page}`;

export const openings: Opening[] = [
  {
    ...{ name: 'command palette', of: 'palette/palette.tsx', path: () => '/apps' },
    async open(page, say) {
      await page.keyboard.press('Control+k');
      await page.getByRole('combobox', { name: say('palette.title') }).waitFor();
    },
  },
  {
    ...{ name: 'keyboard shortcuts', of: 'keys/shortcuts-dialog.tsx', path: () => '/events' },
    async open(page, say) {
      await page.keyboard.press('?');
      await page.getByRole('dialog', { name: say('keys.title') }).waitFor();
    },
  },
  {
    ...{ name: 'end of the session', of: 'session/session-end.tsx', path: () => '/apps' },
    async open(page, say) {
      const over = { status: 401, code: 'unauthenticated', detail: 'Sign in.' };
      await page.route('**/v1/apps?*', (route) => route.fulfill({ status: 401, json: over }), { times: 1 });
      await page.getByRole('searchbox').fill('a');
      await page.getByRole('dialog', { name: say('sessionEnd.title') }).waitFor();
    },
  },
  {
    ...{ name: 'menu of the user', of: 'shell/shell.tsx', path: () => '/apps' },
    async open(page, say) {
      await page.getByRole('button', { name: say('shell.you') }).click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    ...{ name: 'menu of languages', of: 'shell/preferences.tsx', path: () => '/sign-in' },
    async open(page) {
      await page.locator('[aria-haspopup=menu]').first().click();
      await page.getByRole('menu').waitFor();
    },
  },
  {
    ...{ name: 'new team', of: 'team/create-team.tsx', path: ({ team }) => `/teams/${team}` },
    open: press('team.create'),
  },
  {
    ...{ name: 'quota', of: 'team/quota-dialog.tsx', path: ({ team }) => `/teams/${team}` },
    open: press('quota.change'),
  },
  {
    ...{ name: 'member removed', of: 'team/team-page.tsx', path: ({ team }) => `/teams/${team}` },
    open: press('team.remove'),
  },
  {
    ...{ name: 'invitation made', of: 'team/add-member.tsx', path: ({ team }) => `/teams/${team}` },
    writes: true,
    async open(page, say) {
      await page.getByLabel(say('signIn.email')).fill(`asked-${Date.now()}@example.org`);
      await press('invite.make')(page, say);
    },
  },
  {
    ...{ name: 'member added', of: 'team/add-member.tsx', path: ({ team }) => `/teams/${team}` },
    writes: true,
    async open(page, say) {
      await page.getByLabel(say('signIn.email')).fill(`pages-${Date.now()}@example.org`);
      await press('team.addAction')(page, say);
    },
  },
  {
    name: 'token revoked',
    of: 'tokens/tokens-page.tsx',
    path: () => '/tokens',
    open: press('tokens.revoke'),
  },
  {
    ...{ name: 'token made', of: 'tokens/create-token.tsx', path: () => '/tokens' },
    writes: true,
    async open(page, say) {
      await page.getByLabel(say('tokens.name'), { exact: true }).fill('for pictures');
      await press('tokens.createAction')(page, say);
    },
  },
  {
    name: 'roll back',
    of: 'releases/releases-page.tsx',
    path: inApp('/releases'),
    open: press('releases.rollBack'),
  },
  {
    ...{ name: 'add-on attached', of: 'addons/attach-addon.tsx', path: () => '/addons' },
    open: press('addons.attach'),
  },
  {
    ...{ name: 'add-on deleted', of: 'addons/addon-row.tsx', path: () => '/addons' },
    open: press('addons.delete'),
  },
  {
    ...{ name: 'add-on detached', of: 'addons/addon-row.tsx', path: () => '/addons' },
    open: press('addons.detach'),
  },
  {
    ...{ name: 'leaving what is not saved', of: 'ui/unsaved.tsx', path: inApp('/settings') },
    async open(page, say) {
      await page.getByLabel(say('settings.healthPath')).fill('/other');
      await page.getByRole('link', { name: say('appPage.config') }).click();
      await page.getByRole('dialog', { name: say('unsaved.title') }).waitFor();
    },
  },
  { name: 'edit as .env', of: 'config/bulk-edit.tsx', path: inApp('/config'), open: press('config.bulk') },
  {
    name: 'domain removed',
    of: 'domains/domains-page.tsx',
    path: inApp('/domains'),
    open: press('domains.remove'),
  },
  {
    ...{ name: 'webhook removed', of: 'integrations/addresses.tsx', path: inApp('/integrations') },
    open: press('integrations.removeTitle', { address: webhookUrl }),
  },
  {
    ...{ name: 'instance committed', of: 'instances/commit-instance.tsx', path: inApp('/instances') },
    open: press('instances.commit'),
  },
  {
    name: 'volume removed',
    of: 'settings/volumes-card.tsx',
    path: inApp('/settings'),
    open: press('volumes.remove', { volume: 'old-data' }),
  },
  {
    name: 'app deleted',
    of: 'settings/danger-zone.tsx',
    path: inApp('/settings'),
    open: press('settings.delete'),
  },
];
