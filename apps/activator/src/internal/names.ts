import {
  addressAnswer,
  emptyAnswer,
  inet,
  parseQuery,
  rcode,
  type,
  type Query,
} from '#apps/activator/src/internal/dns-message.js';

/** The zone of one team: who is in it changes with every table, the address never. */
export interface Zone {
  gateway: string;
  has(name: string): boolean;
}

/** An app that goes takes its name along within this. The address itself does not change. */
const ttlSeconds = 10;

/** What to do with one message: nothing, send this back, or ask the host's resolvers. */
export type Verdict = { do: 'nothing' } | { do: 'answer'; message: Buffer } | { do: 'relay'; query: Query };

/**
 * `NAME.internal`, two labels, is ours: an app of this team has the address of the gateway, and no other record; any
 * other name does not exist. Longer names below `internal` may be those of the operator's own network: they are relayed.
 */
export function judge(message: Buffer, zone: Zone): Verdict {
  const query = parseQuery(message);
  if (query === 'ignore') return { do: 'nothing' };
  if (typeof query === 'number') return { do: 'answer', message: emptyAnswer(message, query) };
  const [name, top] = query.labels;
  const ours = query.labels.length === 2 && top === 'internal' && [inet, type.any].includes(query.class);
  if (!ours || name === undefined) return { do: 'relay', query };
  if (!zone.has(name)) return { do: 'answer', message: emptyAnswer(message, rcode.noSuchName, query) };
  const address = query.type === type.a || query.type === type.any;
  return {
    do: 'answer',
    message: address ? addressAnswer(query, zone.gateway, ttlSeconds) : emptyAnswer(message, rcode.ok, query),
  };
}
