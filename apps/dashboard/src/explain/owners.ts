import type { ExplainLayer } from '#libs/contracts/api/explain.js';

export type Owner = ExplainLayer['owner'];
export const owners = ['you', 'berth', 'host'] as const satisfies readonly Owner[];

/** The colour of whoever looks after a layer; its name always stands beside. */
export const looks: Record<Owner, { box: string; name: string }> = {
  you: { box: 'border-user-line bg-user-soft', name: 'text-user' },
  berth: { box: 'border-platform-line bg-platform-soft', name: 'text-platform' },
  host: { box: 'border-host-line bg-host-soft', name: 'text-host' },
};
