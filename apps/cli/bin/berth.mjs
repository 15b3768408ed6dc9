#!/usr/bin/env node
import module from 'node:module';
import { existsSync } from 'node:fs';

// Node 22 and newer keep compiled code between runs.
module.enableCompileCache?.();

const built = new URL('../../../dist/cli/berth.mjs', import.meta.url);
if (existsSync(built)) await import(built.href);
else {
  console.error(
    'berth is not built yet: run npm start first (or npm run build), in the folder of the platform.',
  );
  process.exitCode = 1;
}
