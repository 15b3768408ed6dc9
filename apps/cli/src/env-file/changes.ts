import type { ConfigView } from '#libs/contracts/api/config.js';

/** What an app's owner set: add-ons' URLs are Berth's, and no file takes them away. */
export function ownVars({ vars }: ConfigView): Map<string, string> {
  return new Map(vars.filter(({ addOn }) => addOn === null).map(({ key, value }) => [key, value]));
}

/** What turns one set of variables into another: values to set, null for those that go. */
export function changesBetween(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Record<string, string | null> {
  const changes: Record<string, string | null> = {};
  for (const [key, value] of after) if (before.get(key) !== value) changes[key] = value;
  for (const key of before.keys()) if (!after.has(key)) changes[key] = null;
  return changes;
}

/** `set A, B; removed C`: names alone, values are nobody's business. */
export function describeChanges(changes: Readonly<Record<string, string | null>>): string {
  const set = Object.keys(changes).filter((key) => changes[key] !== null);
  const removed = Object.keys(changes).filter((key) => changes[key] === null);
  return [set.length > 0 && `Set ${set.join(', ')}`, removed.length > 0 && `removed ${removed.join(', ')}`]
    .filter(Boolean)
    .join('; ')
    .replace(/^r/, 'R');
}
