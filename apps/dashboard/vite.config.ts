import { defaultClientConditions, defineConfig } from 'vite';
import react from '@vitejs/plugin-react';
import tailwindcss from '@tailwindcss/vite';
import { firstScriptBytes } from './build/budgets.ts';
import { firstLoadBudget } from './build/first-load-budget.ts';
import { precompress } from './build/precompress.ts';

/** Where `vite` (the development server) finds a running platform; the built pages are served by the api itself. */
const devPlatform = process.env.BERTH_DEV_PLATFORM ?? 'http://127.0.0.1:8080';

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), firstLoadBudget({ scriptBytes: firstScriptBytes }), precompress()],
  resolve: { conditions: ['berth-source', ...defaultClientConditions] },
  build: {
    outDir: '../../dist/dashboard',
    emptyOutDir: true,
    target: 'es2023',
    // Nothing becomes a data: URL, so that the Content-Security-Policy can stay at 'self'.
    assetsInlineLimit: 0,
    reportCompressedSize: false,
    // What most pages share comes in one file: each of its own costs a request, and gzip a beginning.
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: 'shared', minShareCount: 6 }] } } },
  },
  server: {
    host: '127.0.0.1',
    proxy: { '/v1': { target: devPlatform, changeOrigin: false }, '/docs': { target: devPlatform } },
  },
});
