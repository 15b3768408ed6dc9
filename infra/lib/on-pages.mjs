import { join } from 'node:path';
import { bringBrowser } from '../steps/browser.mjs';
import { installPackages } from '../steps/packages.mjs';
import { root } from '../settings.mjs';
import { findCopy } from '../state.mjs';
import { Problem } from './problem.mjs';
import { runSource } from './run-source.mjs';

/** Runs a file of test/pages against the platform that runs here; gives its exit code. */
export async function onPages(name, args, ui) {
  await ui.step('Packages from the lockfile', ({ note }) => installPackages(note));
  await ui.step('Chromium', ({ note }) => bringBrowser(note));
  ui.close();
  const copy = await findCopy();
  if (copy === null)
    throw new Problem({ what: 'There is no platform here to look at.', fix: 'Run npm start first.' });
  const { domain, port } = copy.settings;
  process.env.BERTH_PAGES_ORIGIN = `http://${domain}:${port}`;
  process.env.BERTH_PAGES_TOKEN_FILE = join(copy.home, 'admin.token');
  return runSource(join(root, 'test', 'pages', name), args);
}
