import { readFileSync } from 'node:fs';

/** This file runs from source in development and tests, and from dist/ otherwise. */
const root = new URL(import.meta.url.includes('/dist/libs/') ? '../../../' : '../../', import.meta.url);

/** Version of Berth that this process runs: read once, so a process that outlived an upgrade still tells its own. */
export const version: string = (
  JSON.parse(readFileSync(new URL('package.json', root), 'utf8')) as { version: string }
).version;
