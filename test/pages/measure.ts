import type { Page } from 'playwright-core';
import { smallestTargetPx, type Flaw, type Measure } from '#apps/dashboard/build/budgets.js';
import { waitFor } from '#libs/core/wait.js';
import { open } from '#test/support/browser.js';
import type { PageReport } from '#test/pages/findings.js';
import { drawn, lookAround, type Looked } from './observe.mjs';
import type { Answered, Traffic } from '#test/pages/traffic.js';

/**
 * Opens a page as a first visit and measures it once all that it shows is there. A container that starts changes the machine's
 * network, and Chromium then drops what is under way: such a visit is no measure, and is made again.
 */
export async function measure(page: Page, traffic: Traffic, url: string, name: string): Promise<PageReport> {
  let report: PageReport;
  let tries = 0;
  do {
    await open(page, url);
    await settled(page, traffic);
    const looked = await page.evaluate(lookAround, smallestTargetPx);
    report = {
      page: name,
      numbers: numbersOf(traffic, looked),
      flaws: [...flawsOfTraffic(traffic), ...flawsOfDocument(looked)],
      shifted: looked.observed.shifted,
      timings: looked.observed,
    };
  } while (traffic.dropped.includes('net::ERR_NETWORK_CHANGED') && ++tries < 10);
  return report;
}

/** All that was asked for has come, and nothing shows that it is loading. */
export async function settled(page: Page, traffic: Traffic): Promise<void> {
  await page.locator('h1').first().waitFor();
  let waits = '';
  await waitFor(
    `${page.url()} to be whole`,
    async () => {
      const bars = await page.locator('[role=status] .animate-breathe').count();
      waits = [...traffic.underWay, ...(bars > 0 ? [`${bars} bars`] : [])].join(', ');
      return waits === '';
    },
    { timeoutMs: 60_000, everyMs: 30 },
  ).catch((cause: unknown) => {
    throw new Error(`${page.url()} waits for ${waits}.`, { cause });
  });
  // What came last is drawn in the next frame, and its shift is told in the one after.
  await page.evaluate(drawn);
}

function numbersOf({ answers }: Traffic, { elements, observed }: Looked): Record<Measure, number> {
  const bytes = (kind?: Answered['kind']) =>
    answers.reduce((sum, answer) => sum + (kind === undefined || answer.kind === kind ? answer.bytes : 0), 0);
  return {
    ...{ script: bytes('script'), style: bytes('style'), font: bytes('font'), data: bytes('data') },
    ...{ total: bytes(), requests: answers.length, elements, layoutShift: observed.layoutShift },
  };
}

/** Beginning of what Chromium's console says of each answer from 400 on; the answers themselves are judged below. */
const FAILED_LOAD = 'Failed to load resource: the server responded with';

type Flaws = { kind: Flaw; what: string }[];

function flawsOfTraffic({ answers, otherHosts, console, dropped }: Traffic): Flaws {
  const flaws: Flaws = [
    ...otherHosts.map((what) => ({ kind: 'otherHost' as const, what })),
    ...console
      .filter((text) => !text.startsWith(FAILED_LOAD))
      .map((what) => ({ kind: 'console' as const, what })),
    ...dropped.map((what) => ({ kind: 'failed' as const, what })),
  ];
  for (const { url, status, kind, headers } of answers) {
    const { pathname } = new URL(url);
    const says = (name: string) => `${pathname} has ${name}: ${headers[name] ?? 'nothing'}`;
    if (status >= 400 && !isAnswer(status, pathname))
      flaws.push({ kind: 'failed', what: `${pathname} answered ${status}` });
    if (pathname.startsWith('/assets/') && !/immutable/.test(headers['cache-control'] ?? ''))
      flaws.push({ kind: 'cache', what: says('cache-control') });
    if (kind === 'document' && headers['cache-control'] !== 'no-cache')
      flaws.push({ kind: 'cache', what: says('cache-control') });
    if (['script', 'style'].includes(kind) && !compressed(headers))
      flaws.push({ kind: 'compression', what: says('content-encoding') });
    if (kind === 'document' && !strict(headers['content-security-policy']))
      flaws.push({ kind: 'policy', what: says('content-security-policy') });
  }
  return flaws;
}

/** REST says "there is none" by a 404; Chromium writes that into its console, too. */
const isAnswer = (status: number, pathname: string) =>
  status === 404 && /^\/v1\/apps\/[^/]+\/connection$/.test(pathname);

/** What fits into one packet need not be. */
const compressed = (headers: Record<string, string>) =>
  headers['content-encoding'] !== undefined || Number(headers['content-length'] ?? Infinity) < 1024;

const strict = (policy = '') =>
  /(?:default|script)-src/.test(policy) && !/unsafe-(?:inline|eval)/.test(policy);

function flawsOfDocument({
  language,
  title,
  charset,
  metas,
  headings,
  overflow,
  smallTargets,
  spilling,
}: Looked): Flaws {
  const flaws: Flaws = smallTargets.map((what) => ({ kind: 'target', what }));
  flaws.push(...spilling.map((what) => ({ kind: 'spill' as const, what })));
  if (overflow !== null) flaws.push({ kind: 'overflow', what: overflow });
  if (!/^(?:en|zh-CN)$/.test(language)) flaws.push({ kind: 'language', what: `lang is "${language}"` });
  if (!/\S · Berth$/.test(title)) flaws.push({ kind: 'title', what: `the title is "${title}"` });
  const missing = ['viewport', 'description'].filter((name) => !metas.includes(name));
  if (charset !== 'UTF-8') missing.push('charset');
  if (missing.length > 0) flaws.push({ kind: 'meta', what: `none for ${missing.join(', ')}` });
  if (headings !== 1) flaws.push({ kind: 'heading', what: `the page has ${headings} h1` });
  return flaws;
}
