import { PacketDecoder, encodePacket, FLUSH } from './pkt-line.js';

/** What receive-pack reports about a push (report-status and report-status-v2 of gitprotocol-pack). */
export interface PushResult {
  /** `ok`, or why the pack was not taken. */
  unpack: string;
  refs: RefResult[];
}

export interface RefResult {
  ref: string;
  /** null: done. */
  refused: string | null;
  /** `option …` lines of report-status-v2, as they came. */
  options: string[];
}

/** Parses a whole report. Null when it is not one: receive-pack died. */
export function parsePushResult(bytes: Buffer): PushResult | null {
  const decoder = new PacketDecoder();
  decoder.push(bytes);
  let result: PushResult | null = null;
  for (let packet = decoder.next(); packet; packet = decoder.next()) {
    if (packet.kind !== 'data') break;
    const line = packet.data.toString('utf8').replace(/\n$/, '');
    const [word = ''] = line.split(' ', 1);
    const rest = line.slice(word.length + 1);
    if (word === 'unpack') result = { unpack: rest, refs: [] };
    else if (word === 'ok') result?.refs.push({ ref: rest, refused: null, options: [] });
    else if (word === 'ng') result?.refs.push(refusal(rest));
    else if (word === 'option') result?.refs.at(-1)?.options.push(rest);
  }
  return result;
}

function refusal(rest: string): RefResult {
  const [ref = ''] = rest.split(' ', 1);
  return { ref, refused: rest.slice(ref.length + 1) || 'refused', options: [] };
}

/** The report as pkt-lines with its flush, as a client reads it. Reasons are cut to one short line. */
export function encodePushResult(result: PushResult): Buffer {
  return Buffer.concat([
    encodePacket(`unpack ${oneLine(result.unpack)}\n`),
    ...result.refs.flatMap(({ ref, refused, options }) =>
      refused === null
        ? [encodePacket(`ok ${ref}\n`), ...options.map((option) => encodePacket(`option ${option}\n`))]
        : [encodePacket(`ng ${ref} ${oneLine(refused)}\n`)],
    ),
    FLUSH,
  ]);
}

/** The same report, with some refs refused after all. */
export function refuse(result: PushResult, reasons: Map<string, string>): PushResult {
  return {
    unpack: result.unpack,
    refs: result.refs.map((one) => ({ ...one, refused: one.refused ?? reasons.get(one.ref) ?? null })),
  };
}

/** A report that refuses everything. */
export function refuseAll(refs: string[], reason: string): PushResult {
  return { unpack: 'ok', refs: refs.map((ref) => ({ ref, refused: reason, options: [] })) };
}

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f]+/g, ' ').slice(0, 200);
}
