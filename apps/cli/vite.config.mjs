import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';

const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const { version, engines, license } = JSON.parse(readFileSync(here('../../package.json'), 'utf8'));

/**
 * Beside it lies what makes a package of it: `npm install --global ./dist/cli` puts berth on the PATH. What npm puts there loads the
 * file rather than being it: Node keeps compiled code only of what is loaded after it was told to.
 */
const packageFiles = {
  name: 'package-files',
  generateBundle() {
    const about = { name: 'berth', version, type: 'module', bin: { berth: 'launch.mjs' }, engines, license };
    const files = {
      'package.json': `${JSON.stringify(about, null, 2)}\n`,
      'launch.mjs': `#!/usr/bin/env node
import module from 'node:module';

// Node 22 and newer.
module.enableCompileCache?.();
await import('./berth.mjs');
`,
    };
    for (const [fileName, source] of Object.entries(files))
      this.emitFile({ type: 'asset', fileName, source });
  },
};

/** One file, dist/cli/berth.mjs, with everything inside: it runs wherever Node 20 does, without node_modules. */
export default defineConfig({
  root: here('.'),
  resolve: { conditions: ['berth-source'] },
  ssr: { noExternal: true, target: 'node', resolve: { conditions: ['berth-source', 'node'] } },
  plugins: [packageFiles],
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
