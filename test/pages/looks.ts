import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { narrowestPx } from '#apps/dashboard/build/budgets.js';
import type { PageReport } from '#test/pages/findings.js';
import { measure } from '#test/pages/measure.js';
import { observe } from './observe.mjs';
import { Traffic } from '#test/pages/traffic.js';
import { visits, type Stage } from '#test/pages/visits.js';

/** How pages are looked at: together each theme, each language, a phone and a wide screen. */
export interface Look {
  name: string;
  language: 'en' | 'zh-CN';
  options: BrowserContextOptions;
}

export const looks: Look[] = [
  {
    name: 'phone, light, English',
    language: 'en',
    options: {
      ...{ colorScheme: 'light', locale: 'en-GB', viewport: { width: narrowestPx, height: 740 } },
      ...{ isMobile: true, hasTouch: true },
    },
  },
  {
    name: 'wide, dark, Chinese',
    language: 'zh-CN',
    options: { colorScheme: 'dark', locale: 'zh-CN', viewport: { width: 1280, height: 860 } },
  },
];

export interface Tour {
  origin: string;
  /** Of whoever looks; null for a visitor who is not signed in. */
  token: string | null;
  stage: Stage;
  look: Look;
}

/** A page in this look, with what comes and goes watched. */
export async function pageIn(
  browser: Browser,
  { origin, token, look }: Omit<Tour, 'stage'>,
): Promise<{ page: Page; traffic: Traffic }> {
  const context = await browser.newContext({
    ...{ ...look.options, reducedMotion: 'reduce' },
    ...(token === null ? {} : { extraHTTPHeaders: { Authorization: `Bearer ${token}` } }),
  });
  await context.addInitScript(observe);
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  return { page, traffic: await Traffic.watch(page, origin) };
}

/** Routes that are looked at by somebody who is not signed in. */
const signedOut = ['/sign-in', '/invitation'];

/** Opens all visits of the stage in one look, measures each, and lets `also` look further at the page that stands. */
export async function reportsOf(
  browser: Browser,
  tour: Tour,
  also: (page: Page, path: string) => Promise<void> = async () => {},
): Promise<PageReport[]> {
  const reports: PageReport[] = [];
  const routes = Object.keys(visits);
  for (const outside of [true, false]) {
    const { page, traffic } = await pageIn(browser, { ...tour, token: outside ? null : tour.token });
    for (const route of routes.filter((each) => signedOut.includes(each) === outside)) {
      for (const path of visits[route]!(tour.stage)) {
        reports.push(
          await measure(page, traffic, tour.origin + path, `${path.replace(/#.*/, '')} (${tour.look.name})`),
        );
        await also(page, path);
      }
    }
    await page.context().close();
  }
  return reports;
}

/** Routes that the router of the page knows: TanStack Router shows itself to its own tools by this name. */
export function routesOf(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    const { __TSR_ROUTER__: router } = globalThis as unknown as {
      __TSR_ROUTER__: { routesByPath: Record<string, unknown> };
    };
    return Object.keys(router.routesByPath);
  });
}
