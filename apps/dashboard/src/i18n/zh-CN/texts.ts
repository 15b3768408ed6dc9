import type { Texts } from '../translate.ts';
import { errors } from './errors.ts';
import { zhCN } from './index.ts';
import { sentences } from './sentences.ts';

/** All that the pages say in Simplified Chinese. */
export const texts: Texts = { dictionary: zhCN, server: { errors, sentences } };
