#!/usr/bin/env node
import { existsSync } from 'node:fs';

const built = new URL('../../../dist/cli/berth.cjs', import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  console.error(
    'berth is not built yet: run npm start first (or npm run build), in the folder of the platform.',
  );
  process.exitCode = 1;
}
