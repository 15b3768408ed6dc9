import type { EventView } from '#libs/contracts/api/events.js';
import { factName } from '../i18n/fact-names.ts';
import type { Translate } from '../i18n/i18n.tsx';

/** Ids tell a person nothing. */
const LEFT_OUT = /id$/i;

/** Events whose keys are names that people gave. */
const KEYS_ARE_NAMES = new Set<EventView['kind']>(['app.scaled']);

/** What an event carries, as short text; number and status of a deployment have a place of their own. */
export function eventFacts(event: EventView, t: Translate): string {
  const shownElsewhere = event.kind.startsWith('deployment.') ? ['number', 'status'] : [];
  return Object.entries(event.data)
    .filter(([key]) => !LEFT_OUT.test(key) && !shownElsewhere.includes(key))
    .flatMap(([key, value]) => {
      const text = textOf(value, t);
      if (text === null) return [];
      return [`${KEYS_ARE_NAMES.has(event.kind) ? key : factName(key, t)}: ${text}`];
    })
    .join(' · ');
}

function textOf(value: unknown, t: Translate): string | null {
  if (typeof value === 'boolean') return t(value ? 'fact.yes' : 'fact.no');
  if (Array.isArray(value)) return value.join(', ');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : null;
}
