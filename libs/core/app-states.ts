/**
 * `no-release`: nothing was ever live; `deploying`: a deployment is under way; `starting`: the live release has no ready
 * instance yet; `asleep`: nobody uses it, the next request wakes it; `failing`: its instances keep dying; `stopped`: scaled to 0.
 */
export const appStates = [
  'no-release',
  'deploying',
  'starting',
  'live',
  'asleep',
  'failing',
  'stopped',
] as const;
/** What a list of apps can be narrowed to. `frozen`: those of `asleep` that sleep in memory. */
export const appFilters = [...appStates, 'frozen'] as const;
export type AppFilter = (typeof appFilters)[number];
