/**
 * What goes over the WebSocket of a terminal, between a client and the api, and between the api and the runtime alike.
 *
 * A binary message is one byte (0 stdin, 1 stdout, 2 stderr) and data. A text message is JSON with `t`. The client begins with
 * `start` and the server ends with `exit` or `failed`; whoever closes the connection before ends the session.
 *
 * What a client sends is checked (terminal.ts); what the server sends is its word. So clients need no schema to read it.
 */
export type ServerFrame =
  /** How it stands with the pull of a one-off's image. */
  | { t: 'pulling'; line: string }
  /** A step of a one-off's start, as docker run takes them, with what it found. */
  | {
      t: 'step';
      name: 'image' | 'create' | 'layer' | 'network' | 'start' | 'attach';
      ms: number;
      detail: Record<string, unknown>;
    }
  /** From here on it reads what is typed. `terminal`: has it one? */
  | { t: 'started'; instance: string; terminal: boolean }
  /** A one-off that was left goes on until then at the latest. */
  | { t: 'detached'; until: string }
  | { t: 'exit'; code: number }
  /** It did not start, or Berth ended it. */
  | { t: 'failed'; code: string; message: string }
  | Data<'stdout' | 'stderr'>;

const streams = ['stdin', 'stdout', 'stderr'] as const;
type Stream = (typeof streams)[number];

/** Data of a stream, in either direction. */
export interface Data<S extends Stream> {
  t: S;
  data: Uint8Array;
}

/** Longest message that is taken; senders cut data at 32 KiB. */
export const maxFrameBytes = 128 * 1024;
export const dataPieceBytes = 32 * 1024;

/** A frame as it is sent: text or binary. */
export function encodeFrame(frame: { t: string } | Data<Stream>): string | Uint8Array {
  if (!('data' in frame)) return JSON.stringify(frame);
  const message = new Uint8Array(1 + frame.data.length);
  message[0] = streams.indexOf(frame.t);
  message.set(frame.data, 1);
  return message;
}

/** A message of the server. Throws when it is none. */
export function decodeServerFrame(message: string | Uint8Array): ServerFrame {
  if (typeof message === 'string') return JSON.parse(message) as ServerFrame;
  return dataOf(message, ['stdout', 'stderr']);
}

/** What a binary message holds. Throws when it is of no such stream. */
export function dataOf<S extends Stream>(message: Uint8Array, expected: readonly S[]): Data<S> {
  const stream = expected.find((one) => one === streams[message[0] ?? -1]);
  if (stream === undefined) throw new TypeError('The message is of no stream that is expected.');
  return { t: stream, data: message.subarray(1) };
}
