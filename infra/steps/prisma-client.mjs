import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { join } from 'node:path';
import { root } from '../settings.mjs';

const run = promisify(execFile);

/** Prisma's client, from the schema. The engine variable names a program that is never called (see docs/decisions.md). */
export async function generateClient() {
  await run(process.execPath, [join(root, 'node_modules/prisma/build/index.js'), 'generate'], {
    cwd: root,
    env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' },
  });
}
