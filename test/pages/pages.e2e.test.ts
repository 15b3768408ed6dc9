import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { platformHost, token } from '../support/berth.js';
import { launchBrowser, open, seriousFindings } from '../support/browser.js';
import { buildStage } from './build-stage.js';
import { findings, table } from './findings.js';
import { looks, pageIn, reportsOf, routesOf, type Look } from './looks.js';
import { settled } from './measure.js';
import { drawn } from './observe.mjs';
import { openings, type Opening } from './openings.js';
import { hostile, visits } from './visits.js';
import { wordsOf } from './words.js';

const origin = `http://${platformHost}`;
/** Some forty pages, each measured and looked through; a minute on a machine that has nothing else to do. */
const patienceMs = 400_000;
/** What axe says of colours: all else is the same in both themes. */
const whatOpens = '[role=menu], dialog[open]';
const ofColours = ['color-contrast', 'link-in-text-block'];

let browser: Browser;
let stage: Awaited<ReturnType<typeof buildStage>>;

beforeAll(async () => {
  [browser, stage] = await Promise.all([launchBrowser(), buildStage()]);
});
afterAll(async () => {
  await browser?.close();
  await stage?.remove();
});

/** In the theme of the look, and its colours in the other one. */
async function expectAccessible(page: Page, look: Look, what: string, within?: string): Promise<void> {
  expect(await seriousFindings(page, { within }), what).toEqual([]);
  const { colorScheme } = look.options;
  const other = colorScheme === 'dark' ? 'light' : 'dark';
  await page.emulateMedia({ colorScheme: other });
  await page.locator(`html[data-theme=${other}]`).waitFor();
  await page.evaluate(drawn);
  expect(await seriousFindings(page, { within, rules: ofColours }), `${what}, other theme`).toEqual([]);
  await page.emulateMedia({ colorScheme });
}

describe('the list of pages to look at', () => {
  it('has every route of the router of the page that runs', async () => {
    const { page } = await pageIn(browser, { origin, token: token(), look: looks[0]! });
    await open(page, `${origin}/apps`);
    expect(Object.keys(visits).sort()).toEqual((await routesOf(page)).sort());
    await page.context().close();
  });

  it('has every dialog and menu', async () => {
    const source = new URL('../../apps/dashboard/src/', import.meta.url).pathname;
    const files = (await readdir(source, { recursive: true })).filter((file) => file.endsWith('.tsx'));
    const brings = /<(?:Dialog|Confirm|Menu)$|<(?:Dialog|Confirm|Menu|dialog)[\s>]/m;
    const found = await Promise.all(
      files.map(async (file) => brings.test(await readFile(join(source, file), 'utf8')) && file),
    );
    const own = ['ui/dialog.tsx', 'ui/confirm.tsx', 'ui/menu.tsx'];
    expect([...new Set(openings.map(({ of }) => of))].sort()).toEqual(
      found.filter((file) => file !== false && !own.includes(file)).sort(),
    );
  });
});

/** Opens what may lie over the page that stands, looks through it, and closes it again. */
async function expectOpeningAccessible(page: Page, look: Look, opening: Opening): Promise<void> {
  const over = page.locator(whatOpens);
  await opening.open(page, await wordsOf(look.language));
  await expectAccessible(page, look, opening.name, whatOpens);
  await page.keyboard.press('Escape');
  await over.waitFor({ state: 'detached' });
}

// The two looks are two people at once: each waits for the platform while the other one thinks.
describe.concurrent.each(looks)('pages ($name)', (look) => {
  it(
    'are within their budgets, and axe finds nothing serious: full, empty, and in what opens over them',
    { timeout: patienceMs },
    async ({ expect }) => {
      const quoted: string[] = [];
      const reports = await reportsOf(
        browser,
        { origin, token: token(), stage, look },
        async (page, path) => {
          if ((await page.locator('main').innerText()).includes(hostile)) quoted.push(path);
          await expectAccessible(page, look, path);
          for (const opening of openings.filter((each) => !each.writes && each.path(stage) === path))
            await expectOpeningAccessible(page, look, opening);
        },
      );
      console.log(table(reports));
      expect(reports.flatMap(findings)).toEqual([]);
      // Shown as the text that it is; a script that it had brought would be among the findings.
      const pages = [
        '',
        '/deployments',
        '/deployments/3',
        '/releases',
        '/releases/diff?from=1&to=3',
        '/logs',
        '/explain',
      ];
      expect(quoted).toEqual(
        expect.arrayContaining([
          ...['/apps', '/tokens', `/teams/${stage.team}`],
          ...pages.map((page) => `/apps/${stage.app}${page}`),
        ]),
      );
    },
  );
});

describe.each(looks)('what appears once something was made ($name)', (look) => {
  it('has nothing that axe finds serious', async () => {
    const { page, traffic } = await pageIn(browser, { origin, token: token(), look });
    for (const opening of openings.filter(({ writes }) => writes)) {
      await open(page, origin + opening.path(stage));
      await settled(page, traffic);
      await expectOpeningAccessible(page, look, opening);
    }
    await page.context().close();
  });
});
