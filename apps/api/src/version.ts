import { readFileSync } from 'node:fs';
import { projectRoot } from './paths.js';

/** Version of this copy of Berth, from package.json. */
export const version: string = (
  JSON.parse(readFileSync(new URL('package.json', projectRoot), 'utf8')) as { version: string }
).version;
