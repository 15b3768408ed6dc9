import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { api, ended, platformHost, token } from '../support/berth.js';
import { launchBrowser, open, watchComplaints } from '../support/browser.js';
import { Repository } from '../support/repository.js';

const origin = `http://${platformHost}`;
const app = 'framed';
const patience = { timeout: 60_000 };

/** A page that tries whatever might reach the one around it, and says how each try ended. */
const intruder = `<!doctype html><title>intruder</title><h1>Hello</h1><output></output><script>
const tries = {
  read: () => parent.document.title,
  lead: () => { top.location = 'about:blank'; },
  open: () => { if (open('about:blank') === null) throw new Error('no window'); },
};
const ends = Object.entries(tries).map(([name, go]) => { try { go(); return name + ' done'; } catch { return name + ' refused'; } });
const ask = fetch('${origin}/v1/session', { credentials: 'include' });
ask.then(() => 'ask done', () => 'ask refused').then((end) => {
  document.querySelector('output').textContent = [...ends, end].join(', ');
});
</script>`;

let browser: Browser;
let repository: Repository;

beforeAll(async () => {
  repository = await Repository.create(app, { 'index.html': intruder });
  browser = await launchBrowser();
});

afterAll(async () => {
  await browser.close();
  await repository.remove();
  await api('delete', `/v1/apps/${app}`);
});

describe('the end of a first deployment', () => {
  it('shows the app in a frame that keeps its scripts from the page around it', async () => {
    const pushed = await repository.push('-o', 'team=home', 'main');
    expect(pushed.code, pushed.output).toBe(0);
    expect((await ended(app, 1)).status).toBe('live');
    const context = await browser.newContext({ locale: 'en-GB' });
    // The pages' own requests are signed in; those of the app in the frame are not.
    await context.route(`${origin}/**`, (route) =>
      route.continue({ headers: { ...route.request().headers(), authorization: `Bearer ${token()}` } }),
    );
    const page = await context.newPage();
    const complaints = watchComplaints(page, origin);
    await open(page, `${origin}/apps/${app}/deployments/1`);
    await page.getByRole('heading', { name: 'Your app is live' }).waitFor(patience);
    const framed = page.frameLocator(`iframe[title^="${app}"]`);
    await framed.getByRole('heading', { name: 'Hello' }).waitFor(patience);
    await framed
      .getByText('read refused, lead refused, open refused, ask refused', { exact: true })
      .waitFor(patience);
    expect(page.url()).toBe(`${origin}/apps/${app}/deployments/1`);
    expect(complaints).toEqual({ policy: [], thrown: [], otherHosts: [] });
    await context.close();
  });
});
