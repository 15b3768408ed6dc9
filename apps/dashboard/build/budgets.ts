/**
 * What a page of the dashboard may weigh and must not do. The build holds `firstScriptBytes` (first-load-budget.ts); all others
 * are measured in a Chromium against a platform that runs, by `npm run budgets` and by CI (test/pages). Nothing here depends on
 * how quick a machine is: times are measured and printed, never judged.
 */

/** Script of the first screen as the build makes it, gzipped; pages that load later do not count. */
export const firstScriptBytes = 250_000;

export interface Budget {
  /** Column of the table. */
  name: string;
  limit: number;
  unit: string;
  what: string;
  mend: string;
}

/** Bytes are those on the wire, headers included, of a first visit with an empty cache. */
export const budgets = {
  script: {
    name: 'script',
    limit: 250_000,
    unit: 'B',
    what: 'script that the page loads',
    mend: 'Load what is seldom used when it is used (import()), or drop the package that grew: npx vite build --logLevel info lists the files.',
  },
  style: {
    name: 'style',
    limit: 20_000,
    unit: 'B',
    what: 'style sheets that the page loads',
    mend: 'Use the utilities that are there instead of new values; styles of one page belong beside its lazy import.',
  },
  font: {
    name: 'font',
    limit: 0,
    unit: 'B',
    what: 'fonts that the page loads',
    mend: 'Use the system fonts of src/styles.css.',
  },
  data: {
    name: 'data',
    limit: 100_000,
    unit: 'B',
    what: 'answers of the API that the page reads',
    mend: 'Ask for fewer rows (limit), or give the page an answer that says only what it shows.',
  },
  total: {
    name: 'total',
    limit: 350_000,
    unit: 'B',
    what: 'all that the page loads',
    mend: 'See which kind grew.',
  },
  requests: {
    name: 'requests',
    limit: 60,
    unit: '',
    what: 'requests of the page',
    mend: 'Do not split what is always loaded together, and ask the API once for what several parts show (one query key).',
  },
  elements: {
    name: 'elements',
    limit: 1500,
    unit: '',
    what: 'elements in the document',
    mend: 'Show fewer rows at once (src/ui/more.tsx), or draw long lists by blocks.',
  },
  /** Whether a shift happens must not hang on the machine's speed: what comes later has its place from the start. */
  layoutShift: {
    name: 'shift',
    limit: 0.1,
    unit: '',
    what: 'layout shift while the page loads (CLS)',
    mend: 'Give what comes later its place from the start: a skeleton of the same height, or a fixed size.',
  },
} as const satisfies Record<string, Budget>;

export type Measure = keyof typeof budgets;

/** Pages that may weigh more, each for a reason. */
export const exceptions: { page: RegExp; limits: Partial<Record<Measure, number>>; why: string }[] = [
  {
    page: /\/terminal/,
    limits: { script: 350_000, total: 400_000 },
    why: 'xterm draws a whole terminal; no other page loads it',
  },
];

/** What a page may spend of a measure. */
export function limitOf(measure: Measure, page: string): number {
  const more = exceptions.find((exception) => exception.page.test(page))?.limits[measure];
  return more ?? budgets[measure].limit;
}

/** What is wrong however small it is, with how to mend it. */
export const flaws = {
  otherHost: 'Serve it from the platform itself: visitors may have no other network.',
  console: 'Open the page with the console open and mend what it says.',
  failed: 'Mend the request, or do not make it.',
  cache:
    'Files in assets/ are immutable, index.html is asked for each time: apps/api/src/dashboard/dashboard-files.ts.',
  compression: 'The build lays compressed twins beside its files: apps/dashboard/build/precompress.ts.',
  policy:
    'Keep the Content-Security-Policy of apps/api/src/http/headers.ts without unsafe-inline and unsafe-eval.',
  language: 'src/main.tsx and src/i18n/i18n.tsx set the language of the document.',
  title: 'Call useTitle in the page.',
  meta: 'apps/dashboard/index.html names the character set, the viewport and a description.',
  heading: 'A page has one h1: use PageHead.',
  overflow:
    'Let long words break (wrap-anywhere), let rows wrap, or put the wide part into an overflow-x-auto of its own.',
  spill: 'Its text is wider than its box: let it keep its width (shrink-0), wrap, or be cut (truncate).',
  target: 'Give what is tapped at least this size (min-h-*, padding), or make it text within a sentence.',
} as const;

export type Flaw = keyof typeof flaws;

/** Smallest side of what is tapped on a phone (WCAG 2.2, 2.5.8), in CSS pixels; links within a sentence are exempt. */
export const smallestTargetPx = 24;

/** The narrowest phone that a page has to fit. */
export const narrowestPx = 360;
