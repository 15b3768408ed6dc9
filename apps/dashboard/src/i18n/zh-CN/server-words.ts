import type { ServerWords } from '../server-words.ts';
import { errors } from './errors.ts';
import { hints } from './hints.ts';
import { sentences } from './sentences.ts';

/** What the server says, in Simplified Chinese. */
export const serverWords: ServerWords = { errors, sentences: { ...sentences, ...hints } };
