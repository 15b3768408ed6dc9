import axe from 'axe-core';
import { chromium, type Browser, type BrowserContext, type Page } from 'playwright-core';
import { waitFor } from '#libs/core/wait.js';

/**
 * Debian's Chromium, or the one that CHROMIUM names. Without the background flags it asks hosts of its maker at each start;
 * every other host than this machine's own names is sent nowhere.
 */
export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.localhost, EXCLUDE localhost, EXCLUDE 127.0.0.1',
    ],
  });
}

/** What went wrong on a page besides what the test looks at: refused by the policy, thrown, or asked of another host. */
export interface Complaints {
  policy: string[];
  thrown: string[];
  otherHosts: string[];
}

export function watchComplaints(page: Page, origin: string): Complaints {
  const complaints: Complaints = { policy: [], thrown: [], otherHosts: [] };
  page.on('console', (message) => {
    if (/Content.Security.Policy/i.test(message.text())) complaints.policy.push(message.text());
  });
  page.on('pageerror', (error) => complaints.thrown.push(error.message));
  page.on('request', (request) => {
    // An app in its frame is another page, with a policy of its own.
    if (request.frame().parentFrame() !== null) return;
    const url = new URL(request.url());
    if (url.protocol.startsWith('http') && url.origin !== origin) complaints.otherHosts.push(request.url());
  });
  return complaints;
}

/** Opens an address. A container that starts changes the machine's network, and Chromium then drops what is under way: again. */
export async function open(page: Page, url: string): Promise<void> {
  await waitFor(
    `an answer from ${url}`,
    async () => {
      try {
        return (await page.goto(url))?.ok() ?? false;
      } catch {
        return false;
      }
    },
    { timeoutMs: 30_000, everyMs: 200 },
  );
}

/** Drags a file or folder from outside of the browser over the middle of the page, and lets it go. */
export async function dropFile(context: BrowserContext, page: Page, path: string): Promise<void> {
  const cdp = await context.newCDPSession(page);
  const { width, height } = page.viewportSize() ?? { width: 800, height: 600 };
  const data = { items: [], files: [path], dragOperationsMask: 1 };
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await cdp.send('Input.dispatchDragEvent', { type, x: width / 2, y: height / 2, data });
  }
  await cdp.detach();
}

export interface SeriousFinding {
  id: string;
  impact: string;
  nodes: string[];
}

/**
 * What axe finds serious or critical on the page as it is now, or in the part of it that a selector names. With `rules`, only
 * those: what hangs on colours alone is asked again in the other theme without asking everything again.
 */
export async function seriousFindings(
  page: Page,
  { within, rules }: { within?: string; rules?: string[] } = {},
): Promise<SeriousFinding[]> {
  // The page's own policy refuses foreign scripts: evaluate axe in the page instead of adding a <script>.
  if (!(await page.evaluate(() => 'axe' in globalThis))) await page.evaluate(axe.source);
  const found = await page.evaluate(
    async ({ context, options }) => {
      const { axe: inPage } = globalThis as unknown as {
        axe: {
          run(
            context: object,
            options: object,
          ): Promise<{ violations: { id: string; impact: string; nodes: { html: string }[] }[] }>;
        };
      };
      const { violations } = await inPage.run(context, options);
      return violations.map(({ id, impact, nodes }) => ({
        id,
        impact,
        nodes: nodes.map(({ html }) => html),
      }));
    },
    {
      context: { include: [within ?? 'html'] },
      // What is in a frame is a user's app.
      options: {
        resultTypes: ['violations'],
        iframes: false,
        ...(rules && { runOnly: { type: 'rule', values: rules } }),
      },
    },
  );
  return found.filter(({ impact }) => impact === 'serious' || impact === 'critical');
}
