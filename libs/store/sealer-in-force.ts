import type { Sealer } from '#libs/secrets/seal.js';

/**
 * Set once at start-up by the processes that may create releases (api, builder, runtime): a release snapshots the config, and
 * that needs the key. Kept out of every signature because ending a deployment may have to apply waiting config.
 */
let inForce: Sealer | null = null;
export function useSealer(sealer: Sealer): void {
  inForce = sealer;
}
export function sealerInForce(): Sealer {
  if (!inForce) throw new Error('useSealer() must be called before the store writes releases.');
  return inForce;
}
