/**
 * Pictures of the dashboard's pages, of a platform that runs, in Debian's Chromium (or the one that CHROMIUM names):
 *   node infra/screenshots.mjs [--app NAME] [--all] [--out FOLDER]
 * Without --all: the few of README and docs. With it: every page, light and dark, wide and phone.
 */
import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { chromium } from 'playwright-core';
import { findCopy } from './state.mjs';

const { values: options } = parseArgs({
  options: {
    app: { type: 'string', default: 'hello-node' },
    all: { type: 'boolean', default: false },
    out: { type: 'string', default: fileURLToPath(new URL('../docs/pictures', import.meta.url)) },
  },
});

const wide = { width: 1280, height: 860 };
const phone = { width: 390, height: 844 };

/** Name of the picture, path of the page. */
const pages = {
  apps: '/apps',
  new: '/new',
  events: '/events',
  tokens: '/tokens',
  account: '/account',
  platform: '/platform',
  team: '/teams/home',
  overview: `/apps/${options.app}`,
  ...Object.fromEntries(
    [
      ...['deploy', 'deployments', 'releases', 'instances', 'logs', 'metrics'],
      ...['config', 'domains', 'explain', 'settings'],
    ].map((page) => [page, `/apps/${options.app}/${page}`]),
  ),
  diff: `/apps/${options.app}/releases/diff`,
  deployment: `/apps/${options.app}/deployments/1`,
};

/** What README and docs show. */
const chosen = [
  ['apps', 'light', wide],
  ['overview', 'light', wide],
  ['metrics', 'dark', wide],
  ['explain', 'light', wide],
];
const every = Object.keys(pages).flatMap((page) => [
  [page, 'light', wide],
  [page, 'dark', wide],
  [page, 'light', phone],
]);

const copy = await findCopy();
if (copy === null) throw new Error('No platform here: run npm start first.');
const { domain, port } = copy.settings;
const origin = `http://${domain}:${port}`;
const token = (await readFile(join(copy.home, 'admin.token'), 'utf8')).trim();
await mkdir(options.out, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'],
});
try {
  for (const [page, theme, size] of options.all ? every : chosen) await take(page, theme, size);
} finally {
  await browser.close();
}

/** A context of its own for each picture, so that none inherits another's choices. */
async function take(name, colorScheme, viewport) {
  const context = await browser.newContext({
    ...{ locale: 'en-GB', colorScheme, viewport, reducedMotion: 'reduce' },
    extraHTTPHeaders: { Authorization: `Bearer ${token}` },
  });
  const page = await context.newPage();
  await page.goto(origin + pages[name]);
  await page.getByRole('main').waitFor();
  await page.waitForFunction(() => document.querySelector('[role=status] .animate-breathe') === null);
  const file = options.all ? `${name}-${colorScheme}-${viewport.width}.png` : `${name}.png`;
  await page.screenshot({ path: join(options.out, file), fullPage: options.all });
  await context.close();
  console.log(file);
}
