import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version, engines, license } = JSON.parse(readFileSync(here('../../package.json'), 'utf8'));

/** Beside it lies what makes a package of it: `npm install --global ./dist/cli` puts berth on the PATH. */
const packageJson = {
  name: 'package-json',
  generateBundle() {
    const source = { name: 'berth', version, type: 'module', bin: { berth: 'berth.mjs' }, engines, license };
    this.emitFile({
      type: 'asset',
      fileName: 'package.json',
      source: `${JSON.stringify(source, null, 2)}\n`,
    });
  },
};

/** One file, dist/cli/berth.mjs, with everything inside: it runs wherever Node 20 does, without node_modules. */
export default defineConfig({
  root: here('.'),
  resolve: { conditions: ['berth-source'] },
  ssr: { noExternal: true, target: 'node', resolve: { conditions: ['berth-source', 'node'] } },
  plugins: [packageJson],
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
