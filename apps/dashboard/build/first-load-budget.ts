import { gzipSync } from 'node:zlib';
import type { Plugin, Rollup } from 'vite';

/**
 * Fails the build when the script of the first screen (entry and everything that it imports at once) is larger than the
 * budget, gzipped. Lazy pages do not count.
 */
export function firstLoadBudget(budget: { scriptBytes: number }): Plugin {
  return {
    name: 'berth:first-load-budget',
    apply: 'build',
    generateBundle(_options, bundle) {
      const bytes = firstLoadChunks(bundle).reduce((sum, chunk) => sum + gzipSync(chunk.code).length, 0);
      this.info(`first load: ${bytes} bytes of script, gzipped (budget ${budget.scriptBytes})`);
      if (bytes > budget.scriptBytes) {
        this.error(
          `The first screen loads ${bytes} bytes of script (gzip); the budget is ${budget.scriptBytes}. ` +
            'Make the page that grew lazy in src/router.tsx, or drop what it imports.',
        );
      }
    },
  };
}

function firstLoadChunks(bundle: Rollup.OutputBundle): Rollup.OutputChunk[] {
  const chunks = new Map<string, Rollup.OutputChunk>();
  for (const item of Object.values(bundle)) if (item.type === 'chunk') chunks.set(item.fileName, item);
  const seen = new Set<string>();
  const visit = (fileName: string) => {
    if (seen.has(fileName)) return;
    seen.add(fileName);
    for (const next of chunks.get(fileName)?.imports ?? []) visit(next);
  };
  for (const chunk of chunks.values()) if (chunk.isEntry) visit(chunk.fileName);
  return [...seen].flatMap((fileName) => chunks.get(fileName) ?? []);
}
