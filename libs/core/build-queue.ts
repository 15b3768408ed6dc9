/** A deployment that waits for a builder. */
export interface WaitingBuild {
  id: string;
  teamId: string;
  /** Milliseconds since 1970. */
  since: number;
}

/** What else decides who is next: teams of the builds under way (once for each), and when each team's last build began. */
export interface QueueHistory {
  running: readonly string[];
  lastStart: ReadonlyMap<string, number>;
}

/**
 * The order in which waiting builds are begun, fair between teams: next is always a team that has the fewest builds under way
 * and ahead of it in line; among equals the one whose last build began longest ago, then the one that waits longest. Within a
 * team the oldest comes first. So fifty pushes of one team delay another's by one build, not by fifty. Pure; gives all ids.
 */
export function buildOrder(waiting: readonly WaitingBuild[], history: QueueHistory): string[] {
  const teams = new Map<string, Line>();
  for (const build of [...waiting].sort(byAge)) {
    const line = teams.get(build.teamId) ?? {
      builds: [],
      taken: history.running.filter((team) => team === build.teamId).length,
      last: history.lastStart.get(build.teamId) ?? 0,
    };
    line.builds.push(build);
    teams.set(build.teamId, line);
  }
  const order: string[] = [];
  const lines = [...teams.values()];
  while (order.length < waiting.length) {
    const next = lines.filter(({ builds }) => builds.length > 0).sort(byTurn)[0] as Line;
    order.push((next.builds.shift() as WaitingBuild).id);
    next.taken += 1;
  }
  return order;
}

interface Line {
  /** Oldest first. */
  builds: WaitingBuild[];
  taken: number;
  last: number;
}

function byTurn(a: Line, b: Line): number {
  const [first, second] = [a.builds[0] as WaitingBuild, b.builds[0] as WaitingBuild];
  return a.taken - b.taken || a.last - b.last || byAge(first, second);
}

function byAge(a: WaitingBuild, b: WaitingBuild): number {
  return a.since - b.since || (a.id < b.id ? -1 : 1);
}
