import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Browser, Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { probeApp } from '../support/apps.js';
import { api, ended, hostOf, platformHost, token, visit, visitJson } from '../support/berth.js';
import { launchBrowser, open } from '../support/browser.js';
import { Person } from '../support/cli.js';

const run = promisify(execFile);
const origin = `http://${platformHost}`;
const tail = randomBytes(3).toString('hex');
const nameOf = (way: string) => `by-${way}-${tail}`;
const ways = ['archive', 'function', 'example'];

let browser: Browser;
let page: Page;
let me: Person;

beforeAll(async () => {
  [browser, me] = await Promise.all([launchBrowser(), Person.create()]);
  const context = await browser.newContext({
    locale: 'en-GB',
    extraHTTPHeaders: { Authorization: `Bearer ${token()}` },
  });
  page = await context.newPage();
  page.setDefaultTimeout(60_000);
});
afterAll(async () => {
  await browser?.close();
  await Promise.all(ways.map((way) => api('delete', `/v1/apps/${nameOf(way)}`)));
  await me?.remove();
});

/** The part of the page for a new app that is one way to bring it, once the app has its name. */
async function way(name: string, title: string): Promise<Locator> {
  await open(page, `${origin}/new`);
  await page.getByLabel('Name of the app').fill(name);
  return page.locator('section').filter({ has: page.getByRole('heading', { name: title, exact: true }) });
}

/** The page follows the first deployment to its end, and the app answers. */
async function expectLive(name: string): Promise<void> {
  await page.waitForURL(`**/apps/${name}/deployments/1`);
  await page.getByRole('link', { name: 'Open the app' }).waitFor();
  expect((await ended(name, 1)).status).toBe('live');
}

describe('a first deploy from the page', () => {
  it('by an archive', async () => {
    const name = nameOf('archive');
    const folder = await me.folder(name, probeApp('from-an-archive'));
    const archive = join(me.home, 'app.tar.gz');
    await run('tar', ['-czf', archive, '-C', folder, '.']);
    const upload = await way(name, 'Upload');
    const choosing = page.waitForEvent('filechooser');
    await upload.getByRole('button', { name: 'Choose an archive' }).click();
    await (await choosing).setFiles(archive);
    await upload.getByText('app.tar.gz').waitFor();
    await upload.getByRole('button', { name: 'Deploy', exact: true }).click();
    await expectLive(name);
    expect(await visitJson(hostOf(name))).toMatchObject({ version: 'from-an-archive' });
  });

  it('by a function that is written there', async () => {
    const name = nameOf('function');
    const write = await way(name, 'Write a function');
    await write
      .getByLabel('Code')
      .fill('export default { fetch: () => Response.json({ written: "in the page" }) };');
    await write.getByRole('button', { name: 'Deploy', exact: true }).click();
    await expectLive(name);
    expect(await visitJson(hostOf(name))).toEqual({ written: 'in the page' });
  });

  it('by one of the examples', async () => {
    const name = nameOf('example');
    const examples = await way(name, 'Try an example');
    await examples.getByRole('button', { name: 'Deploy hello-node', exact: true }).click();
    await expectLive(name);
    expect((await visit(hostOf(name))).status).toBe(200);
  });
});

describe('a lost network', () => {
  it('is told, and when it is back nothing is missed: each line of the log once, and what was deployed meanwhile', async () => {
    const name = nameOf('archive');
    await open(page, `${origin}/apps/${name}/logs`);
    const log = page.getByRole('log', { name: 'Logs' });
    const say = (text: string) => visitJson(hostOf(name), `/say?text=${text}`);
    await say('before-it-went');
    await log.getByText('before-it-went', { exact: true }).waitFor();
    await page.context().setOffline(true);
    await page.getByText('Berth does not answer').first().waitFor();
    const away = [1, 2, 3].map((number) => `while-away-${number}`);
    for (const text of away) await say(text);
    expect(await log.getByText('while-away').count()).toBe(0);
    await api('patch', `/v1/apps/${name}/config`)
      .send({ vars: { AWAY: 'yes' } })
      .expect(200);
    await ended(name, 2);
    await page.context().setOffline(false);
    // The app prints each text, and once more with "err" before it.
    await log.getByText('err while-away-3', { exact: true }).waitFor();
    await waitFor(
      'the page to be in touch',
      async () => (await page.getByText('Berth does not answer').count()) === 0,
      {
        timeoutMs: 60_000,
      },
    );
    for (const text of away) expect(await log.getByText(text, { exact: true }).count(), text).toBe(1);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByText('Deployment #2').first().waitFor();
  });
});
