/** What a builder calls itself at the queue, where alone others see it: it listens nowhere. */
export function builderName(version: string): string {
  return `builder@${version}`;
}

/** BullMQ's name of a worker's connection: prefix, queue in base64, and what the worker calls itself. */
const queue = Buffer.from('build').toString('base64');

/** The builders of a copy of Berth among the names of Redis's clients: the version that each tells, null for one that tells none. */
export function buildersAmong(clients: readonly string[], prefix: string): (string | null)[] {
  const start = `${prefix}:${queue}`;
  return clients
    .filter((name) => name === start || name.startsWith(`${start}:`))
    .map((name) => /:w:builder@([\w.+-]{1,40})$/.exec(name)?.[1] ?? null);
}
