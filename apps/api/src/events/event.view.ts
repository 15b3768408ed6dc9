import type { EventView } from '#libs/contracts/api/events.js';
import type { ShownEvent } from '#libs/store/event-queries.js';

export function eventViewOf(row: ShownEvent): EventView {
  return {
    id: String(row.id),
    at: row.at.toISOString(),
    kind: row.kind as EventView['kind'],
    team: row.team && withoutSuffix(row.team.slug),
    app: row.app && withoutSuffix(row.app.name),
    appId: row.appId,
    actor: row.actor,
    data: row.data as EventView['data'],
  };
}

/** Deleted things keep their name in the list: `shop~<id>` was `shop`. */
function withoutSuffix(name: string): string {
  return name.split('~', 1)[0] ?? name;
}
