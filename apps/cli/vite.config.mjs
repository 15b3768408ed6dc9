import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version } = JSON.parse(readFileSync(here('../../package.json'), 'utf8'));

/** One file, dist/cli/berth.mjs, with everything inside: it runs wherever Node 20 does, without node_modules. */
export default defineConfig({
  root: here('.'),
  resolve: { conditions: ['berth-source'] },
  ssr: { noExternal: true, target: 'node', resolve: { conditions: ['berth-source', 'node'] } },
  define: { BERTH_VERSION: JSON.stringify(version) },
  build: {
    ssr: here('src/main.ts'),
    target: 'node20',
    outDir: here('../../dist/cli'),
    emptyOutDir: true,
    minify: true,
    rolldownOptions: {
      output: {
        format: 'es',
        entryFileNames: 'berth.mjs',
        codeSplitting: false,
        banner: '#!/usr/bin/env node',
      },
    },
  },
});
