/**
 * As much of the DNS wire format (RFC 1035, 4.1) as answering for `NAME.internal` takes: the header and one question.
 * Everything else is relayed as it came.
 */

const headerBytes = 12;
const maxLabelBytes = 63;
const maxNameBytes = 255;

const flag = {
  response: 0x8000,
  opcode: 0x7800,
  authoritative: 0x0400,
  recursion: 0x0100,
  canRecurse: 0x0080,
};

/** RFC 1035, 4.1.1 and 3.2.2. */
export const rcode = { ok: 0, malformed: 1, failed: 2, noSuchName: 3, notImplemented: 4 } as const;
export const type = { a: 1, any: 255 } as const;
export const inet = 1;

export interface Query {
  message: Buffer;
  id: number;
  /** Lower-case. Labels may hold any byte but upper-case letters. */
  labels: string[];
  type: number;
  class: number;
  /** Where the question ends. */
  end: number;
}

/**
 * `ignore`: nothing that may be answered (too short, or itself an answer: two servers must not answer each other for
 * ever). A number: answer with this code.
 */
export function parseQuery(
  message: Buffer,
): Query | 'ignore' | (typeof rcode)['malformed' | 'notImplemented'] {
  if (message.length < headerBytes) return 'ignore';
  const flags = message.readUInt16BE(2);
  if (flags & flag.response) return 'ignore';
  if (flags & flag.opcode) return rcode.notImplemented;
  if (message.readUInt16BE(4) !== 1) return rcode.malformed;
  const labels: string[] = [];
  let at = headerBytes;
  for (;;) {
    const length = message[at];
    // A pointer (two high bits set) has nothing before it to point to.
    if (length === undefined || length > maxLabelBytes) return rcode.malformed;
    at += 1;
    if (length === 0) break;
    if (at + length > message.length || at + length - headerBytes > maxNameBytes) return rcode.malformed;
    labels.push(message.toString('latin1', at, at + length).toLowerCase());
    at += length;
  }
  if (at + 4 > message.length) return rcode.malformed;
  return {
    message,
    id: message.readUInt16BE(0),
    labels,
    type: message.readUInt16BE(at),
    class: message.readUInt16BE(at + 2),
    end: at + 4,
  };
}

/** An answer with a code and no record. Repeats the question where there is one to repeat. */
export function emptyAnswer(message: Buffer, code: number, query?: Query): Buffer {
  const answer = Buffer.from(message.subarray(0, query?.end ?? headerBytes));
  const asked = message.readUInt16BE(2);
  const flags =
    flag.response | (asked & (flag.opcode | flag.recursion)) | flag.canRecurse | (code & 0xf) | own(query);
  answer.writeUInt16BE(flags, 2);
  answer.writeUInt16BE(query === undefined ? 0 : 1, 4);
  answer.fill(0, 6, headerBytes);
  return answer;
}

/** Addresses for the name that was asked for. */
export function addressAnswer(query: Query, addresses: string[], ttlSeconds: number): Buffer {
  const answer = emptyAnswer(query.message, rcode.ok, query);
  answer.writeUInt16BE(addresses.length, 6);
  return Buffer.concat([answer, ...addresses.map((address) => addressRecord(address, ttlSeconds))]);
}

function addressRecord(address: string, ttlSeconds: number): Buffer {
  const record = Buffer.alloc(16);
  // The name: a pointer to the question's.
  record.writeUInt16BE(0xc000 | headerBytes, 0);
  record.writeUInt16BE(type.a, 2);
  record.writeUInt16BE(inet, 4);
  record.writeUInt32BE(ttlSeconds, 6);
  record.writeUInt16BE(4, 10);
  address.split('.').forEach((part, index) => record.writeUInt8(Number(part), 12 + index));
  return record;
}

/** Is this the answer to a message that was sent with this id? */
export function answersTo(id: number, message: Buffer): boolean {
  return (
    message.length >= headerBytes &&
    message.readUInt16BE(0) === id &&
    (message.readUInt16BE(2) & flag.response) !== 0
  );
}

/** The same message under another id. */
export function withId(message: Buffer, id: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(id, 0);
  return copy;
}

function own(query: Query | undefined): number {
  return query === undefined ? 0 : flag.authoritative;
}
