import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser, open } from '#test/support/browser.js';
import { pageIn, type Look } from '#test/pages/looks.js';
import { settled } from '#test/pages/measure.js';
import { origin, readyInstance, shownStage } from '#test/pages/shown-stage.js';
import { visits } from '#test/pages/visits.js';

/**
 * `npm run screenshots [-- --app NAME --team NAME --all --out FOLDER]`: a picture of each page of a platform that runs, for README
 * and docs. With --all each page is taken light and dark, wide and on a phone, as a whole.
 */
const { values: options } = parseArgs({
  options: {
    ...{ app: { type: 'string' }, team: { type: 'string' } },
    all: { type: 'boolean', default: false },
    png: { type: 'boolean', default: false },
    out: { type: 'string', default: fileURLToPath(new URL('../../docs/pictures', import.meta.url)) },
  },
});

const wide = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };
const light: Look = {
  name: 'light',
  language: 'en',
  options: { colorScheme: 'light', locale: 'en-GB', viewport: wide },
};
const dark: Look = { ...light, name: 'dark', options: { ...light.options, colorScheme: 'dark' } };
const hand: Look = {
  ...light,
  name: 'phone',
  options: { ...light.options, viewport: phone, isMobile: true, hasTouch: true },
};
/** Shown in the docs in the theme in which people look at them. */
const better = ['metrics', 'logs', 'terminal'];

const token = (await readFile(process.env.BERTH_PAGES_TOKEN_FILE!, 'utf8')).trim();
const stage = await shownStage(token, options);
await mkdir(options.out, { recursive: true });
const browser = await launchBrowser();
try {
  for (const [route, pathsOf] of Object.entries(visits)) {
    const [first] = pathsOf({ ...stage, emptyApp: null });
    if (first === undefined || route === '/') continue;
    const name = nameOf(route);
    const path = name === 'terminal' ? `${first}?instance=${await readyInstance(token, stage.app)}` : first;
    const chosen = better.includes(name) ? dark : light;
    for (const look of options.all ? [light, dark, hand] : [chosen])
      await take(browser, path, look, options.all ? `${name}-${look.name}` : name);
  }
} finally {
  await browser.close();
}

/** Last word of a route that is a word: `/apps/$app/releases/diff` is "diff", `/apps/$app` "overview". */
function nameOf(route: string): string {
  if (route === '/apps/$app') return 'overview';
  if (route.endsWith('$number')) return 'deployment';
  return (
    route
      .split('/')
      .filter((word) => word !== '' && !word.startsWith('$'))
      .at(-1) ?? 'home'
  );
}

/** A terminal that nothing was typed into shows nothing. */
async function lookAroundIn(page: Page): Promise<void> {
  const screen = page.locator('.xterm-rows');
  await screen.filter({ hasText: '$' }).waitFor();
  await page.keyboard.type('ls -l && echo "Process $$ of $BERTH_APP v$BERTH_RELEASE"\n');
  await screen.filter({ hasText: /Process \d/ }).waitFor();
}

/** A context of its own for each picture, so that none inherits another's choices. */
async function take(browser: Browser, path: string, look: Look, name: string): Promise<void> {
  const signedOut = path === '/sign-in';
  const { page, traffic } = await pageIn(browser, { origin, token: signedOut ? null : token, look });
  await open(page, origin + path);
  await settled(page, traffic);
  if (name.startsWith('terminal')) await lookAroundIn(page);
  const cdp = await page.context().newCDPSession(page);
  const format = options.png ? 'png' : 'webp';
  const { data } = options.all
    ? { data: (await page.screenshot({ fullPage: true })).toString('base64') }
    : await cdp.send('Page.captureScreenshot', { format, ...(format === 'webp' && { quality: 85 }) });
  const file = `${name}.${options.all ? 'png' : format}`;
  await writeFile(join(options.out, file), Buffer.from(data, 'base64'));
  console.log(file);
  await page.context().close();
}
