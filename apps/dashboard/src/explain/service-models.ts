import type { ExplainLayer } from '#libs/contracts/api/explain.js';
import type { Owner } from './owners.ts';

export const models = ['own', 'iaas', 'paas', 'saas'] as const;
export type Model = (typeof models)[number];

const order: ExplainLayer['name'][] = [
  'data',
  'config',
  'code',
  'release',
  'routing',
  'scaling',
  'runtime',
  'image',
  'container',
  'isolation',
  'network',
  'engine',
  'kernel',
  'hardware',
];

/** The lowest layer that the renter still looks after. */
const lowestOfYours: Record<Model, ExplainLayer['name']> = {
  own: 'hardware',
  // With rented machines the kernel in the virtual machine, and all above, is yours.
  iaas: 'kernel',
  paas: 'code',
  // A finished app is the provider's; its data stays yours.
  saas: 'data',
};

/** The highest layer of whoever owns the machines; what lies between is the platform's, or the app provider's. */
const highestOfHost: ExplainLayer['name'] = 'engine';

/** Who looks after `layer` when the stack is rented as `model`. */
export function ownerOf(layer: ExplainLayer['name'], model: Model): Owner {
  const at = order.indexOf(layer);
  if (at <= order.indexOf(lowestOfYours[model])) return 'you';
  return at >= order.indexOf(highestOfHost) ? 'host' : 'berth';
}
