import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { afterAll, describe, expect, it } from 'vitest';

const { forbidden } = createRequire(import.meta.url)('../../.dependency-cruiser.cjs');
const made = [];
afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true, force: true }))));

/** Names of the rules that a tree of one importing and one imported file breaks. */
async function broken(from, to) {
  const folder = await mkdtemp(join(tmpdir(), 'berth-rules-'));
  made.push(folder);
  const up = '../'.repeat(from.split('/').length - 1);
  const files = {
    [from]: `import { x } from '${to.startsWith('node:') ? to : up + to}';\nexport const y = x;\n`,
    ...(to.startsWith('node:') ? {} : { [to]: 'export const x = 1;\n' }),
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
  }
  const { output } = await cruise([dirname(from)], {
    baseDir: folder,
    validate: true,
    ruleSet: { forbidden },
  });
  return output.summary.violations.map((violation) => violation.rule.name);
}

describe('import rules', () => {
  it.each([
    ['apps/api/src/a.mjs', 'apps/runtime/src/b.mjs', 'apps-do-not-import-apps'],
    ['apps/api/src/a.mjs', 'libs/engine/b.mjs', 'api-never-touches-docker'],
    ['apps/activator/src/a.mjs', 'libs/store/b.mjs', 'activator-needs-nothing'],
    ['apps/dashboard/src/a.mjs', 'libs/store/b.mjs', 'dashboard-knows-contracts-and-core'],
    ['libs/core/a.mjs', 'libs/contracts/b.mjs', 'core-imports-only-what-is-below'],
    ['libs/store/a.mjs', 'libs/jobs/b.mjs', 'store-imports-only-what-is-below'],
    ['libs/engine/a.mjs', 'libs/images/b.mjs', 'engine-imports-only-what-is-below'],
    ['libs/contracts/a.mjs', 'node:fs', 'browser-safe'],
  ])('%s must not import %s', async (from, to, rule) => {
    expect(await broken(from, to)).toContain(rule);
  });

  it.each([
    ['apps/api/src/a.mjs', 'libs/store/b.mjs'],
    ['libs/store/a.mjs', 'libs/core/b.mjs'],
    ['libs/jobs/a.mjs', 'libs/store/b.mjs'],
    ['libs/engine/a.mjs', 'node:fs'],
  ])('%s may import %s', async (from, to) => {
    expect(await broken(from, to)).toEqual([]);
  });
});
