import type { Dictionary } from '../en/index.ts';
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

/** All texts of the pages in Simplified Chinese. */
export const zhCN: Dictionary = {
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
