import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const file = 'berth.cjs';
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version, engines, license } = JSON.parse(readFileSync(here('../../package.json'), 'utf8'));

/**
 * Node can keep compiled code (22 and newer), but only of what it compiles after it was told to. So the program stands in its file as a text,
 * which the file has compiled in its own place.
 */
const keptCode = {
  name: 'kept-code',
  generateBundle(_, { [file]: chunk }) {
    chunk.code = `#!/usr/bin/env node
require('node:module').enableCompileCache?.();
module._compile(${JSON.stringify(chunk.code)}, __filename);
`;
  },
};

/** Beside it lies what makes a package of it: `npm install --global ./dist/cli` puts berth on the PATH. */
const packageFile = {
  name: 'package-file',
  generateBundle() {
    const about = { name: 'berth', version, type: 'commonjs', bin: { berth: file }, engines, license };
    this.emitFile({
      type: 'asset',
      fileName: 'package.json',
      source: `${JSON.stringify(about, null, 2)}\n`,
    });
  },
};

/**
 * One file, dist/cli/berth.cjs, with everything inside: it runs wherever Node 20 does, without node_modules, and under a name without an ending. CommonJS,
 * because Node starts it sooner: what loads modules of the other kind need not begin.
 */
export default defineConfig({
  root: here('.'),
  resolve: { conditions: ['berth-source'] },
  ssr: { noExternal: true, target: 'node', resolve: { conditions: ['berth-source', 'node'] } },
  plugins: [keptCode, packageFile],
  define: { BERTH_VERSION: JSON.stringify(version) },
  build: {
    ssr: here('src/main.ts'),
    target: 'node20',
    outDir: here('../../dist/cli'),
    emptyOutDir: true,
    minify: true,
    rolldownOptions: {
      output: {
        format: 'cjs',
        entryFileNames: file,
        codeSplitting: false,
      },
    },
  },
});
