import { randomBytes } from 'node:crypto';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { api, ended, hostOf, platformHost, visitJson } from '../support/berth.js';
import { launchBrowser, open } from '../support/browser.js';
import { whereFocusIs } from '../pages/observe.mjs';

const origin = `http://${platformHost}`;
const tail = randomBytes(3).toString('hex');
const [app, team] = [`keys-${tail}`, `keys-team-${tail}`];
/** No page has more that can be reached from the one before by Tab. */
const MOST_TABS = 80;

let browser: Browser;
let page: Page;

beforeAll(async () => {
  browser = await launchBrowser();
  await api('post', '/v1/teams').send({ slug: team }).expect(201);
});
afterAll(async () => {
  await browser?.close();
  await api('delete', `/v1/apps/${app}`);
  await api('delete', `/v1/teams/${team}`);
});

const focused = (at: Locator) => at.and(page.locator(':focus')).waitFor();
const press = (...keys: string[]) =>
  keys.reduce((before, key) => before.then(() => page.keyboard.press(key)), Promise.resolve());

/** Presses Tab until this has the focus, which is to be seen wherever it stands on the way. */
async function tabTo(target: Locator): Promise<void> {
  for (let tabs = 0; tabs < MOST_TABS; tabs += 1) {
    const { has, unseen } = await target.evaluate(whereFocusIs);
    expect(unseen).toBeNull();
    if (has) return;
    await press('Tab');
  }
  throw new Error(`${String(target)} is not reached by Tab on ${page.url()}.`);
}

async function go(target: Locator): Promise<void> {
  await tabTo(target);
  await press('Enter');
}

const button = (name: string) => page.getByRole('button', { name, exact: true });
const link = (name: string) => page.getByRole('link', { name, exact: true });

it(
  'a person without a mouse signs in, deploys, watches, changes, looks inside, and deletes',
  {
    timeout: 300_000,
  },
  async () => {
    const email = `keys-${Date.now()}@example.org`;
    const member = await api('post', `/v1/teams/${team}/members`).send({ email, role: 'owner' }).expect(201);
    await api('delete', `/v1/apps/${app}`);
    await page?.close();
    page = await browser.newPage({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
    page.setDefaultTimeout(60_000);

    // The cursor is where one begins to write.
    await open(page, `${origin}/apps`);
    await focused(page.getByLabel('E-mail address'));
    await page.keyboard.type(email);
    await press('Tab');
    await page.keyboard.type((member.body as { password: string }).password);
    await press('Enter');
    await focused(page.getByLabel('New password'));
    await page.keyboard.type('a password of my own');
    await press('Enter');
    await page.getByRole('heading', { name: 'Deploy your first app' }).waitFor();

    // Past the header at once.
    await open(page, `${origin}/apps`);
    await page.getByLabel('Name of the app').waitFor();
    await press('Tab');
    expect(await link('Skip to the page').evaluate(whereFocusIs)).toEqual({ has: true, unseen: null });
    await press('Enter');
    await focused(page.locator('main'));
    await press('Tab');
    await focused(page.getByLabel('Name of the app'));
    await page.keyboard.type(app);

    // A function is written and deployed; how it went is told.
    const code = page.getByLabel('Code', { exact: true });
    await tabTo(code);
    await press('Control+a');
    await page.keyboard.insertText('export default { fetch: () => Response.json(process.env) };');
    await tabTo(page.locator('form').filter({ has: code }).getByRole('button', { name: 'Deploy' }));
    await press('Enter');
    await page.waitForURL(`**/apps/${app}/deployments/1`);
    const live = page.locator('main').getByRole('status').getByText('Live', { exact: true });
    await live.waitFor();

    // A variable is staged and deployed.
    await go(link('Config'));
    await tabTo(page.getByLabel('Name', { exact: true }));
    await page.keyboard.type('GREETING');
    await press('Tab');
    await page.keyboard.type('typed');
    await go(button('Add'));
    await go(button('Deploy 1 change'));
    expect((await ended(app, 2)).status).toBe('live');
    expect(await visitJson(hostOf(app))).toMatchObject({ GREETING: 'typed' });

    // Half of the visitors get the release before, then all of them do.
    await go(link('Releases'));
    await tabTo(page.getByLabel('Release that gets a share'));
    await press('v');
    const share = page.getByRole('slider', { name: 'v1 gets' });
    await tabTo(share);
    await press('Home', 'PageUp', 'ArrowRight');
    const percent = Number(await share.inputValue());
    expect(percent).toBeGreaterThan(2);
    await go(button('Share out'));
    await tabTo(button('Give v1 to everybody'));
    const { body } = await api('get', `/v1/apps/${app}/split`).expect(200);
    expect((body as { shares: object[] }).shares).toContainEqual(
      expect.objectContaining({ release: 1, percent }),
    );
    await press('Enter');
    await page.waitForURL(`**/apps/${app}/deployments/3`);
    await live.waitFor();

    // A dialog holds the focus and gives it back.
    await go(link('Releases'));
    const back = page
      .getByRole('listitem')
      .filter({ hasText: 'v2' })
      .getByRole('button', { name: 'Roll back' });
    await go(back);
    const dialog = page.getByRole('dialog');
    await dialog.waitFor();
    for (let tabs = 0; tabs < 6; tabs += 1) {
      await press('Tab');
      expect(await page.locator('main :focus:not(dialog *)').count()).toBe(0);
    }
    await press('Escape');
    await focused(back);
    await press('Control+k');
    await focused(page.getByRole('combobox', { name: 'Go to or do' }));
    await press('Escape');
    await focused(back);
    await press('Control+k');
    await page.keyboard.type('inst');
    await page.getByRole('option', { name: `${app} › Instances`, selected: true }).waitFor();
    await press('Enter');

    // A shell is entered, ends by itself, is entered anew and left.
    await go(link('Terminal').first());
    const opened = page.getByRole('status').filter({ hasText: 'Open.' });
    await opened.waitFor();
    await page.keyboard.type('exit 3\n');
    await page.getByText('The shell ended with 3.').waitFor();
    await focused(button('Open again'));
    await press('Enter');
    await opened.waitFor();
    await press('Control+p', 'Control+q');
    await page.getByText('You left; the shell was ended.').waitFor();
    await focused(button('Open again'));

    await go(link('Logs'));
    await tabTo(button('Pause'));
    await press('Space');
    await page.getByText('Paused').waitFor();

    // What cannot be undone asks for its name.
    await page.keyboard.type('gs');
    await go(button('Delete the app'));
    await focused(dialog.getByLabel(`Type “${app}” to go on`));
    await page.keyboard.type(app);
    await press('Enter');
    await page.getByText(`${app} was deleted.`).waitFor();
    await page.waitForURL('**/apps');
    await tabTo(page.getByLabel('Name of the app'));
  },
);
