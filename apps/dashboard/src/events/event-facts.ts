import type { EventView } from '#libs/contracts/api/events.js';
import { factName } from '../i18n/fact-names.ts';
import type { Translate } from '../i18n/translate.ts';

/** Ids tell a person nothing. */
const LEFT_OUT = /id$/i;
/** Words of the API that have a name on the pages: where their names begin. */
const NAMED: Record<string, string> = {
  status: 'instance.status',
  tier: 'tier',
  trigger: 'deployment.trigger',
  role: 'role',
  scopes: 'scope',
};

/** Events whose keys are names that people gave. */
const KEYS_ARE_NAMES = new Set<EventView['kind']>(['app.scaled']);

/** What an event carries, as short text; number and status of a deployment have a place of their own. */
export function eventFacts(event: EventView, t: Translate): string {
  const shownElsewhere = event.kind.startsWith('deployment.') ? ['number', 'status'] : [];
  return Object.entries(event.data)
    .filter(([key, value]) => !LEFT_OUT.test(key) && !shownElsewhere.includes(key) && !isUsual(key, value))
    .flatMap(([key, value]) => {
      const all = Array.isArray(value) ? value : [value];
      const texts = all.flatMap((each) => textOf(key, each, t) ?? []);
      if (texts.length === 0) return [];
      return [`${KEYS_ARE_NAMES.has(event.kind) ? key : factName(key, t)}: ${texts.join(', ')}`];
    })
    .join(' · ');
}

/** A first try, and what was never started again, are nothing to tell. */
function isUsual(key: string, value: unknown): boolean {
  return (key === 'restarts' && value === 0) || (key === 'attempt' && Number(value) <= 1);
}

function textOf(key: string, value: unknown, t: Translate): string | null {
  if (typeof value === 'boolean') return t(value ? 'fact.yes' : 'fact.no');
  if (typeof value === 'number') return String(value);
  if (typeof value !== 'string' || value === '') return null;
  const named = `${NAMED[key]}.${value}`;
  return t.has(named) ? t(named) : key === 'reason' ? t.say(value) : value;
}
