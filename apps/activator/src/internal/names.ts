import {
  addressAnswer,
  emptyAnswer,
  inet,
  parseQuery,
  rcode,
  type,
  type Query,
} from '#apps/activator/src/internal/dns-message.js';

/** The names of one team. */
export interface Zone {
  gateway: string;
  /** Is this an app of the team? */
  has(name: string): boolean;
  /** Instances of an app that answer now. */
  instances(name: string): string[];
}

/** An app that goes takes its name along within this. The gateway's address does not change. */
const ttlSeconds = 10;
/** Instances come and go. */
const directTtlSeconds = 1;
/** So many records and the question fit into the 512 bytes that every resolver takes. */
const mostInstances = 12;

/** What to do with one message: nothing, send this back, or ask the host's resolvers. */
export type Verdict = { do: 'nothing' } | { do: 'answer'; message: Buffer } | { do: 'relay'; query: Query };

/**
 * `NAME.internal`, two labels, is ours: an app of this team has the address of the gateway, and no other record; any
 * other name does not exist. `NAME.direct.internal` are the app's instances themselves, for what is not HTTP. Other names
 * below `internal` may be those of the operator's own network: they are relayed.
 */
export function judge(message: Buffer, zone: Zone): Verdict {
  const query = parseQuery(message);
  if (query === 'ignore') return { do: 'nothing' };
  if (typeof query === 'number') return { do: 'answer', message: emptyAnswer(message, query) };
  const asked = ourName(query);
  if (asked === null) return { do: 'relay', query };
  if (!zone.has(asked.name)) return { do: 'answer', message: emptyAnswer(message, rcode.noSuchName, query) };
  if (query.type !== type.a && query.type !== type.any)
    return { do: 'answer', message: emptyAnswer(message, rcode.ok, query) };
  const answer = asked.direct
    ? addressAnswer(query, zone.instances(asked.name).slice(0, mostInstances), directTtlSeconds)
    : addressAnswer(query, [zone.gateway], ttlSeconds);
  return { do: 'answer', message: answer };
}

function ourName({ labels, class: kind }: Query): { name: string; direct: boolean } | null {
  const [name, ...zone] = labels;
  if (name === undefined || (kind !== inet && kind !== type.any)) return null;
  const suffix = zone.join('.');
  if (suffix === 'internal') return zone.length === 1 ? { name, direct: false } : null;
  if (suffix === 'direct.internal') return zone.length === 2 ? { name, direct: true } : null;
  return null;
}
