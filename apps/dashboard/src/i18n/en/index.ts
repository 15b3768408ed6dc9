import type { Message } from '../format.ts';
import { addOns } from './addons.ts';
import { apps } from './apps.ts';
import { common } from './common.ts';
import { deployments } from './deployments.ts';
import { explain } from './explain.ts';
import { facts } from './facts.ts';
import { integrations } from './integrations.ts';
import { jobs } from './jobs.ts';
import { metrics } from './metrics.ts';
import { operate } from './operate.ts';
import { people } from './people.ts';

/** All texts of the pages in English: the language that names the keys which the others must fill. */
export const en = {
  ...common,
  ...addOns,
  ...apps,
  ...deployments,
  ...metrics,
  ...operate,
  ...explain,
  ...facts,
  ...people,
  ...jobs,
  ...integrations,
};

export type MessageKey = keyof typeof en;
export type Dictionary = Record<MessageKey, Message>;
/** What a part of another language has to fill. */
export type Part<T> = Record<keyof T, Message>;
