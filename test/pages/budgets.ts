import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { launchBrowser } from '#test/support/browser.js';
import { findings, table, type PageReport } from '#test/pages/findings.js';
import { looks, reportsOf } from '#test/pages/looks.js';
import { origin, shownStage } from '#test/pages/shown-stage.js';

/**
 * `npm run budgets [-- --app NAME --team NAME]`: measures each page of a platform that runs, prints the table, and fails with
 * what is over its budget, why and how to mend it.
 */
const token = (await readFile(process.env.BERTH_PAGES_TOKEN_FILE!, 'utf8')).trim();
const { values: options } = parseArgs({ options: { app: { type: 'string' }, team: { type: 'string' } } });

const stage = await shownStage(token, options);
const browser = await launchBrowser();
const reports: PageReport[] = [];
try {
  for (const look of looks) reports.push(...(await reportsOf(browser, { origin, token, stage, look })));
} finally {
  await browser.close();
}
const wrong = reports.flatMap(findings);
console.log(table(reports));
console.log(wrong.length === 0 ? '\nAll within their budgets.' : `\n${wrong.join('\n')}`);
process.exitCode = wrong.length === 0 ? 0 : 1;
