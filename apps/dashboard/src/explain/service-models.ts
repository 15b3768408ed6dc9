import type { ExplainLayer } from '#libs/contracts/api/explain.js';

/** Who looks after a layer under a service model: the renter (you) or the provider. */
export type Keeper = 'you' | 'provider';
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

/** The lowest layer that the renter still looks after; what lies below is the provider's. */
const lowestOfYours: Record<Model, ExplainLayer['name']> = {
  own: 'hardware',
  // With rented machines the kernel in the virtual machine, and all above, is yours.
  iaas: 'kernel',
  paas: 'code',
  // A finished app is the provider's; its data stays yours.
  saas: 'data',
};

/** Who looks after `layer` when the stack is rented as `model`. */
export function keeperOf(layer: ExplainLayer['name'], model: Model): Keeper {
  return order.indexOf(layer) <= order.indexOf(lowestOfYours[model]) ? 'you' : 'provider';
}
