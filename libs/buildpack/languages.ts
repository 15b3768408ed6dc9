import { language as dockerfile } from './dockerfile/dockerfile.js';
import type { Language } from './language.js';
import { language as node } from './node/node.js';
import { language as staticSite } from './static/static.js';

/** All languages in the order in which they are asked: what the author said outright comes before what is guessed. */
export const languages: readonly Language[] = [dockerfile, node, staticSite];
