import type { EventView } from '#libs/contracts/api/events.js';

/** Ids tell a person nothing. */
const LEFT_OUT = /id$/i;

/** What an event carries, as short text; number and status of a deployment have a place of their own. */
export function eventFacts(event: EventView): string {
  const shownElsewhere = event.kind.startsWith('deployment.') ? ['number', 'status'] : [];
  return Object.entries(event.data)
    .filter(([key]) => !LEFT_OUT.test(key) && !shownElsewhere.includes(key))
    .flatMap(([key, value]) => {
      const text = Array.isArray(value) ? value.join(', ') : value;
      return typeof text === 'string' || typeof text === 'number' || typeof text === 'boolean'
        ? [`${key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase()}: ${text}`]
        : [];
    })
    .join(' · ');
}
