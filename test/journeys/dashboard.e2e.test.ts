import { mkdtemp, mkdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { probeApp, type Files } from '../support/apps.js';
import { api, ended, hostOf, killPart, platformHost, visitJson } from '../support/berth.js';
import {
  dropFile,
  launchBrowser,
  open,
  seriousFindings,
  watchComplaints,
  type Complaints,
} from '../support/browser.js';
import { drawn } from '../pages/observe.mjs';

const origin = `http://${platformHost}`;
const app = 'journey-page';
const team = 'journey-page-team';
const password = 'a password of my own';
/** Generous for a loaded machine; what is waited for usually takes a second or two. */
const patience = { timeout: 60_000 };

let browser: Browser;
let folder: string;
let developer: Person;

interface Person {
  context: BrowserContext;
  page: Page;
  complaints: Complaints;
}

beforeAll(async () => {
  browser = await launchBrowser();
  await api('post', '/v1/teams').send({ slug: team }).expect(201);
  folder = join(await mkdtemp(join(tmpdir(), 'berth-page-')), app);
});
afterAll(async () => {
  await browser?.close();
  await api('delete', `/v1/apps/${app}`);
  await api('delete', `/v1/teams/${team}`);
  if (folder) await rm(dirname(folder), { recursive: true, force: true });
});

/** Makes a member by REST and signs in as them on the page, with the password that is shown once. */
async function signIn(role: 'developer' | 'viewer'): Promise<Person> {
  const email = `page-${role}-${Date.now()}@example.org`;
  const { body } = await api('post', `/v1/teams/${team}/members`).send({ email, role }).expect(201);
  const { password: given } = body as { password: string };
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  page.setDefaultTimeout(patience.timeout);
  const complaints = watchComplaints(page, origin);
  await open(page, `${origin}/apps`);
  await page.waitForURL('**/sign-in?**');
  await page.getByLabel('E-mail address').fill(email);
  await page.getByLabel('Password').fill(given);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('heading', { name: 'Choose your password' }).waitFor();
  expect(await seriousFindings(page)).toEqual([]);
  await page.getByLabel('New password').fill(password);
  await page.getByRole('button', { name: 'Set my password' }).click();
  await page.waitForURL('**/apps');
  return { context, page, complaints };
}

async function write(files: Files): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

/** Chooses the folder in the page's upload box and deploys it. */
async function deployFolder(page: Page): Promise<void> {
  const choosing = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Choose a folder' }).click();
  await (await choosing).setFiles(folder);
  await page.getByRole('button', { name: 'Deploy', exact: true }).first().click();
}

describe('a first visit', () => {
  it('asks to sign in, then shows three ways to the first deploy', async () => {
    developer = await signIn('developer');
    const { page } = developer;
    await page.getByRole('heading', { name: 'Deploy your first app' }).waitFor();
    for (const way of ['Upload', 'Push with git', 'Deploy an image']) {
      await page.getByRole('heading', { name: way }).waitFor();
    }
    await page.getByText(`git remote add berth ${origin}/git/`).waitFor();
  });

  it('deploys a folder: made in the browser, followed live to its end, and it answers', async () => {
    const { page } = developer;
    await write({ ...probeApp('page-one'), 'node_modules/left-out/index.js': 'broken(' });
    await deployFolder(page);
    await page.waitForURL(`**/apps/${app}/deployments/1`);
    const log = page.getByRole('log', { name: 'Log' });
    await log.getByText('Node.js app detected').waitFor();
    await page.getByRole('link', { name: 'Open the app' }).waitFor();
    for (const step of ['Source received', 'Container created', 'Writable layer added', 'Route switched']) {
      await page.getByRole('listitem').filter({ hasText: step }).last().waitFor();
    }
    expect((await ended(app, 1)).status).toBe('live');
    expect(await visitJson(hostOf(app))).toMatchObject({ version: 'page-one' });
  });

  it('lists the app with its state and release, and finds it by name', async () => {
    const { page } = developer;
    await page.getByRole('link', { name: 'Apps', exact: true }).click();
    const row = page.getByRole('listitem').filter({ hasText: app });
    await row.getByText('Live').first().waitFor();
    await row.getByText('v1').waitFor();
    await page.getByRole('searchbox', { name: 'Search apps' }).fill('no-such-app');
    await page.getByText('No app matches').waitFor();
    await page.getByRole('searchbox', { name: 'Search apps' }).fill('journey-p');
    await row.waitFor();
  });
});

describe('a folder dropped anywhere on the page', () => {
  it('is chosen, without what stays at home, and suggests its name', async () => {
    const { page, context } = developer;
    await open(page, `${origin}/new`);
    await page.getByRole('button', { name: 'Choose a folder' }).waitFor();
    await dropFile(context, page, folder);
    await page.getByText('2 files').waitFor();
    expect(await page.getByLabel('Name of the app').inputValue()).toBe(app);
  });
});

describe('the page of an app', () => {
  it('shows what the app prints, as it prints it', async () => {
    const { page } = developer;
    await open(page, `${origin}/apps/${app}/logs`);
    const log = page.getByRole('log', { name: 'Logs' });
    await log.getByText('probe page-one listens on').waitFor();
    await visitJson(hostOf(app), '/say?text=hello-from-the-page');
    await log.getByText('hello-from-the-page', { exact: true }).waitFor();
    await page.getByLabel('Level').selectOption('Errors');
    await log.getByText('err hello-from-the-page').waitFor();
    await log.getByText('hello-from-the-page', { exact: true }).waitFor({ state: 'detached' });
    await page.getByLabel('Search', { exact: true }).fill('what nobody prints');
    await log.getByText('No line answers to this.').waitFor();
    await page.getByLabel('Search', { exact: true }).fill('');
    await page.getByLabel('Level').selectOption('All levels');
    await page.getByLabel('Time', { exact: true }).selectOption('Last hour');
    await log.getByText('hello-from-the-page', { exact: true }).waitFor();
  });

  it('stages config, shows the difference, and deploys it once', async () => {
    const { page, context } = developer;
    await page.getByRole('link', { name: 'Config' }).click();
    await page.getByLabel('Name').fill('GREETING');
    await page.getByLabel('Value', { exact: true }).fill('top secret value');
    await page.getByRole('button', { name: 'Add' }).click();
    const staged = page.getByRole('region', { name: 'Changes that wait for a deploy' });
    await staged.getByText('GREETING').waitFor();
    expect(await page.getByText('top secret value').count()).toBe(0);
    await staged.getByRole('button', { name: 'Show values' }).click();
    await staged.getByRole('row', { name: 'GREETING – top secret value' }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await staged.getByRole('button', { name: 'Hide values' }).click();
    // Neither a link nor a session that ends takes away what was typed.
    await page.getByRole('link', { name: 'Overview' }).click();
    await page
      .getByRole('dialog', { name: 'Leave this page?' })
      .getByRole('button', { name: 'Cancel' })
      .click();
    await context.clearCookies();
    await page.getByRole('button', { name: 'Deploy 1 change' }).click();
    const again = page.getByRole('dialog', { name: 'Your session has ended' });
    await again.getByLabel('Password').fill(password);
    await again.getByRole('button', { name: 'Sign in' }).click();
    expect((await ended(app, 2)).status).toBe('live');
    expect(await visitJson(hostOf(app), '/env')).toMatchObject({ GREETING: 'top secret value' });
  });

  it('rolls back to an earlier release', async () => {
    const { page } = developer;
    await page.getByRole('link', { name: 'Releases' }).click();
    const first = page.getByRole('listitem').filter({ hasText: 'v1' });
    await first.getByRole('button', { name: 'Roll back' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Roll back' }).click();
    await page.waitForURL(`**/apps/${app}/deployments/3`);
    await page.getByRole('link', { name: 'Open the app' }).waitFor();
    expect((await ended(app, 3)).status).toBe('live');
    expect(await visitJson(hostOf(app), '/env')).not.toHaveProperty('GREETING');
  });

  it('compares two releases: names of variables, never their values', async () => {
    const { page } = developer;
    await page.getByRole('link', { name: 'Releases' }).click();
    await page.getByRole('link', { name: 'Compare v2 with the release before' }).click();
    await page.getByRole('heading', { name: 'v1 to v2' }).waitFor();
    await page.getByRole('region', { name: 'Config' }).getByText('GREETING').waitFor();
    await page.getByRole('region', { name: 'Image layers' }).getByText('The same in both.').waitFor();
    expect(await page.getByText('top secret value').count()).toBe(0);
  });

  it('tells who owns what, with the real container', async () => {
    const { page } = developer;
    await page.getByRole('link', { name: 'Who owns what' }).click();
    const instances = (await api('get', `/v1/apps/${app}/instances`)).body as {
      items: { containerId: string }[];
    };
    await page.getByText(instances.items[0]!.containerId.slice(0, 12)).first().waitFor();
    await page.getByRole('table').getByText('PaaS (Berth)').waitFor();
  });

  it('charts its requests, and zooms into a shorter time', async () => {
    const { page } = developer;
    await page.getByRole('link', { name: 'Metrics' }).click();
    const chart = page.getByRole('slider', { name: 'Requests per minute' });
    await chart.waitFor();
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.waitForURL(/from=\d+&to=\d+/);
    await page.getByRole('button', { name: '15 min' }).click();
    await page.waitForURL(/range=15m/);
    await chart.press('ArrowLeft');
    await expect.poll(() => chart.getAttribute('aria-valuetext'), patience).toMatch(/: All /);
  });

  it('is reached by keyboard alone: Ctrl-K, two words, Enter', async () => {
    const { page } = developer;
    await open(page, `${origin}/apps`);
    await page.getByRole('heading', { name: 'Apps', exact: true }).waitFor();
    await page.keyboard.press('Control+k');
    const input = page.getByRole('combobox', { name: 'Go to or do' });
    await input.and(page.locator(':focus')).waitFor();
    await page.keyboard.type(`${app} metr`);
    await page.getByRole('option', { name: `${app} › Metrics`, selected: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.keyboard.press('Enter');
    await page.waitForURL(`**/apps/${app}/metrics`);
    await page.getByRole('slider', { name: 'Memory' }).waitFor();
    // From there on single keys do: g and a letter, / for the page's search, and nothing while somebody types.
    await page.keyboard.type('gl');
    await page.waitForURL(`**/apps/${app}/logs`);
    const search = page.getByRole('searchbox', { name: 'Search' });
    await search.waitFor();
    await page.keyboard.press('/');
    await search.and(page.locator(':focus')).waitFor();
    await page.keyboard.type('gd?');
    expect(await search.inputValue()).toBe('gd?');
    expect(await page.getByRole('dialog').count()).toBe(0);
  });

  it('says when the platform is away, heals by itself, and misses nothing', async () => {
    const { page } = developer;
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('Deployment #3').first().waitFor();
    await killPart('api');
    await waitFor('the api', async () => (await api('get', '/v1/meta')).status === 200, {
      timeoutMs: patience.timeout,
      everyMs: 100,
    });
    await api('patch', `/v1/apps/${app}/config`)
      .send({ vars: { HEALED: 'yes' } })
      .expect(200);
    await page.getByText('Deployment #4').first().waitFor();
    await expect.poll(() => page.getByText('Berth does not answer').count(), patience).toBe(0);
    await ended(app, 4);
  });
});

describe('a command line that asks to be let in', () => {
  it('is shown with its machine and code, and gets the token that the person chose', async () => {
    const { page } = developer;
    const about = { machine: 'ada-laptop', client: 'berth 1.2.3' };
    const asked = await api('post', '/v1/logins').send(about).expect(201);
    const { page: address, code, secret } = asked.body as Record<'page' | 'code' | 'secret', string>;
    await open(page, address);
    await page.getByText('ada-laptop').waitFor();
    await page.getByText(code, { exact: true }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await page.getByLabel('What it may do').selectOption('read');
    await page.getByRole('button', { name: 'Let it in' }).click();
    await page.getByRole('status').getByText('It is in').waitFor();
    const { body } = await api('post', '/v1/logins/token').send({ secret }).expect(200);
    const { made } = body as { made: { secret: string; token: { scopes: string[] } } };
    expect(made.token.scopes).toEqual(['read']);
    const me = await api('get', '/v1/session', made.secret).expect(200);
    expect(me.body).toMatchObject({ via: 'token', teams: [{ slug: team, role: 'developer' }] });
  });
});

describe('a lost network', () => {
  it('is told with what to do, and the page goes on from where it was', async () => {
    const { page, context } = developer;
    await open(page, `${origin}/apps/${app}`);
    await page.getByText('Deployment #4').first().waitFor();
    await context.setOffline(true);
    await page.getByRole('link', { name: 'Releases' }).click();
    await page.getByRole('alert').getByText('Berth does not answer').waitFor();
    await context.setOffline(false);
    // By itself: whoever waits need not press anything.
    await page.getByRole('listitem').filter({ hasText: 'v1' }).waitFor();
  });
});

describe('a viewer', () => {
  it('sees the app and its deployments but no way to change them, and nothing once signed out', async () => {
    const { page, context } = await signIn('viewer');
    await page.getByRole('link', { name: app, exact: true }).click();
    await page.getByRole('heading', { name: app }).waitFor();
    expect(await page.getByRole('link', { name: 'Deploy', exact: true }).count()).toBe(0);
    await page.getByRole('link', { name: 'Releases' }).click();
    await page.getByText('v1').first().waitFor();
    expect(await page.getByRole('button', { name: 'Roll back' }).count()).toBe(0);
    await page.getByRole('link', { name: 'Config' }).click();
    await page.getByText('Config is for developers and owners').waitFor();
    // Nor by the API, with the very session that the page has.
    const attempts: [string, string, object?][] = [
      ['POST', '/deployments', { release: 1 }],
      ['PATCH', '/config', { vars: { GREETING: 'mine' } }],
      ['GET', '/config'],
      ['POST', '/releases/1/rollback'],
      ['PATCH', '', { scale: { web: 0 } }],
      ['POST', '/restart', {}],
      ['POST', '/domains', { name: 'mine.example.org' }],
      ['POST', '/webhooks', { url: 'https://mine.example.org' }],
      ['POST', '/jobs', { command: ['true'] }],
      ['DELETE', ''],
    ];
    const answers = await page.evaluate(
      ({ root, attempts }) =>
        Promise.all(
          attempts.map(([method, path, body]) =>
            fetch(root + path, {
              method,
              headers: { 'content-type': 'application/json', 'x-berth-csrf': '1' },
              ...(body && { body: JSON.stringify(body) }),
            }).then(({ status }) => `${method} ${path} ${status}`),
          ),
        ),
      { root: `/v1/apps/${app}`, attempts },
    );
    expect(answers).toEqual(attempts.map(([method, path]) => `${method} ${path} 403`));
    await page.getByRole('link', { name: 'Instances' }).click();
    await page.getByRole('heading', { name: 'Instances' }).first().waitFor();
    expect(await page.getByRole('link', { name: 'Terminal' }).count()).toBe(0);

    await page.getByRole('button', { name: /^You: / }).click();
    await page.getByRole('menuitem', { name: 'Sign out' }).click();
    await page.waitForURL('**/sign-in');
    await open(page, `${origin}/apps/${app}`);
    await page.waitForURL('**/sign-in?**');
    await context.close();
  });
});

describe('the terminal of an instance', () => {
  it('is a shell, in both themes without what axe finds serious, and tells how it ended', async () => {
    const { page } = developer;
    await open(page, `${origin}/apps/${app}/instances`);
    await page.getByRole('link', { name: 'Terminal' }).first().click();
    await page.getByRole('status').filter({ hasText: 'Open.' }).waitFor();
    const screen = page.locator('.xterm-rows');
    await page.keyboard.type('printf "\\033[38;2;9;99;199m%s\\033[0m\\n" colour$((40+2))\n');
    await screen.getByText('colour42').waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      expect(await seriousFindings(page), colorScheme).toEqual([]);
    }
    await page.keyboard.type('exit 3\n');
    await page.getByText('The shell ended with 3.').waitFor();
    await page.getByRole('button', { name: 'Open again' }).click();
    await page.getByRole('status').filter({ hasText: 'Open.' }).waitFor();
    await page.keyboard.press('Control+p');
    await page.keyboard.press('Control+q');
    await page.getByText('You left; the shell was ended.').waitFor();
  });
});

describe('every page', () => {
  it('speaks Chinese when told to, and remembers it', async () => {
    const { page } = developer;
    await open(page, `${origin}/apps`);
    await page.getByRole('button', { name: /^You: / }).click();
    await page.getByRole('menuitemradio', { name: '简体中文' }).click();
    await page.getByRole('heading', { name: '应用' }).waitFor();
    await open(page, `${origin}/apps/${app}/settings`);
    await page.getByRole('heading', { name: '伸缩', exact: true }).waitFor();
  });

  it('changes its theme in one frame: no text fades on a ground that has changed', async () => {
    const { page } = developer;
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'no-preference' });
    await page.locator('html[data-theme=light]').waitFor();
    await page.evaluate('ran = 0; document.addEventListener("transitionrun", () => (ran += 1))');
    await page.emulateMedia({ colorScheme: 'dark' });
    await page.locator('html[data-theme=dark]').waitFor();
    await page.evaluate(drawn);
    expect(await page.evaluate('ran')).toBe(0);
  });

  it('keeps to its Content-Security-Policy and asks no other host', () => {
    expect(developer.complaints).toEqual({ policy: [], thrown: [], otherHosts: [] });
  });
});
