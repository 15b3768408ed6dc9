import type { ReleaseDiff } from '#libs/contracts/api/release-diff.js';
import type { Release } from '#libs/store/release-queries.js';

/** Names of the variables that differ; what they hold stays here. */
export function diffConfig(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): ReleaseDiff['config'] {
  const names = (one: object, other: object): string[] =>
    Object.keys(one)
      .filter((name) => !Object.hasOwn(other, name))
      .sort();
  return {
    added: names(after, before),
    removed: names(before, after),
    changed: Object.keys(after)
      .filter((name) => Object.hasOwn(before, name) && before[name] !== after[name])
      .sort(),
  };
}

/** What else a release freezes, where it differs. */
export function diffSettings(before: Release, after: Release): ReleaseDiff['settings'] {
  const old = settingsOf(before);
  const now = settingsOf(after);
  return [...new Set([...Object.keys(old), ...Object.keys(now)])]
    .map((name) => ({ name, before: old[name] ?? '', after: now[name] ?? '' }))
    .filter((one) => one.before !== one.after);
}

function settingsOf(release: Release): Record<string, string> {
  const processes = Object.entries(release.processes as Record<string, string[]>);
  return {
    ...Object.fromEntries(processes.map(([name, words]) => [`process ${name}`, words.join(' ')])),
    port: String(release.port),
    'health check': release.healthPath ?? 'TCP',
    memory: `${release.memoryMb} MiB`,
    cpus: String(release.cpus),
    pids: String(release.pids),
    'start timeout': `${release.startTimeoutSeconds} s`,
    grace: `${release.graceSeconds} s`,
  };
}
