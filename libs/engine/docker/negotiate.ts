/** Newest Engine API whose changes this adapter was written with (Engine 29). */
const newestKnown = '1.52';
/** Oldest that it needs (Engine 20.10: private cgroup namespaces, BuildKit without a session). */
export const oldestUsable = '1.41';

/** Compares `1.9` and `1.41` as versions. */
export function compareApiVersions(a: string, b: string): number {
  const [majorA = 0, minorA = 0] = a.split('.').map(Number);
  const [majorB = 0, minorB = 0] = b.split('.').map(Number);
  return majorA - majorB || minorA - minorB;
}

/**
 * The API version to speak with a daemon that offers `minimum` to `current`; null when there is none. Pinning one would
 * break on an Engine that dropped it (Engine 29 refuses clients below 1.44), taking the newest blindly would change the
 * meaning of answers under our feet.
 */
export function negotiate(current: string, minimum: string | undefined): string | null {
  if (compareApiVersions(current, oldestUsable) < 0) return null;
  const wanted = compareApiVersions(current, newestKnown) <= 0 ? current : newestKnown;
  return minimum !== undefined && compareApiVersions(minimum, wanted) > 0 ? minimum : wanted;
}
