/**
 * Statuses of an instance (one container). `creating` has an address but maybe no container yet; `ready` answers its check;
 * `frozen` is kept in memory without CPU while its app sleeps; `crashed` waits for its next start; `draining` gets no new requests
 * (kept frozen for a while, in case of a rollback); `ended` is a one-off whose command is over and whose container is kept;
 * `stopped` is history.
 */
export const instanceStatuses = [
  'creating',
  'starting',
  'ready',
  'frozen',
  'crashed',
  'draining',
  'ended',
  'stopped',
] as const;
export type InstanceStatus = (typeof instanceStatuses)[number];

/** Those of which something is left to replace by another instance. */
export const restartableStatuses: readonly InstanceStatus[] = [
  'creating',
  'starting',
  'ready',
  'frozen',
  'crashed',
];

const arrows: Record<InstanceStatus, readonly InstanceStatus[]> = {
  creating: ['starting', 'crashed', 'draining', 'stopped'],
  starting: ['ready', 'crashed', 'draining', 'ended', 'stopped'],
  ready: ['frozen', 'crashed', 'draining', 'ended', 'stopped'],
  frozen: ['ready', 'draining', 'stopped'],
  crashed: ['creating', 'starting', 'draining', 'stopped'],
  // A rollback may take it back before it is gone.
  draining: ['starting', 'stopped'],
  // `berth start` runs it again.
  ended: ['starting', 'stopped'],
  stopped: [],
};

/** May an instance go from one status to another? */
export function canMoveInstance(from: InstanceStatus, to: InstanceStatus): boolean {
  return arrows[from].includes(to);
}

/** The statuses from which `to` can be reached in one move. */
export function instanceSourcesOf(to: InstanceStatus): InstanceStatus[] {
  return instanceStatuses.filter((from) => canMoveInstance(from, to));
}
