import { z } from 'zod';

/**
 * What goes over the WebSocket of a terminal, between a client and the api, and between the api and the runtime alike.
 *
 * A binary message is one byte (0 stdin, 1 stdout, 2 stderr) and data. A text message is JSON with `t`. The client begins with
 * `start` and the server ends with `exit` or `failed`; whoever closes the connection before ends the session.
 */
export const terminalSize = z.object({
  columns: z.number().int().min(1).max(1000),
  rows: z.number().int().min(1).max(1000),
});

/** At most 64 KiB in all: it goes into the kernel's argument list and, cut short, into the list of events. */
export const commandWords = z
  .array(
    z
      .string()
      .max(32_768)
      .refine((word) => !word.includes('\0'), 'A word may not contain a zero byte.'),
  )
  .min(1)
  .max(256)
  .refine((words) => words.join(' ').length <= 65_536, 'The command is too long.')
  .refine(([first]) => first !== '', 'The command is empty.');

export type TerminalSize = z.infer<typeof terminalSize>;

/** `TERM` of the client's terminal. */
const terminalKind = z.string().regex(/^[A-Za-z0-9._+-]{1,40}$/);

/** null: plain streams, stdout and stderr apart. */
const terminal = terminalSize.extend({ kind: terminalKind.default('xterm-256color') }).nullable();

const execStart = z.object({ t: z.literal('start'), command: commandWords, terminal });
export type ExecStart = z.infer<typeof execStart>;

/** Begins a one-off instance. */
const runStart = z.object({
  t: z.literal('run'),
  command: commandWords,
  terminal,
  /** An image, or `stack:NAME`; null: the live release's. */
  image: z.string().min(1).max(400).nullable(),
  /** Remove it when it ends. */
  remove: z.boolean(),
  /** Keep what it prints in the app's log. */
  log: z.boolean().default(true),
});

/** Starts an ended one-off again, or joins one that runs. */
const attachStart = z.object({ t: z.literal('attach'), terminal });

const fromClient = z.discriminatedUnion('t', [
  execStart,
  runStart,
  attachStart,
  /** Leave a one-off, which goes on; anything else ends by being left. */
  z.object({ t: z.literal('detach') }),
  /**
   * A client that cannot hold its connection back (a browser) says when to send no more, and when to go on. It sends no `stdin` in
   * between: a command that cannot print may not read either, and `resume` would wait behind what it does not read.
   */
  z.object({ t: z.literal('pause') }),
  z.object({ t: z.literal('resume') }),
  z.object({ t: z.literal('resize'), size: terminalSize }),
  /** stdin is at its end. */
  z.object({ t: z.literal('eof') }),
]);

const fromServer = z.discriminatedUnion('t', [
  /** How it stands with the pull of a one-off's image. */
  z.object({ t: z.literal('pulling'), line: z.string() }),
  /** A step of a one-off's start, as docker run takes them, with what it found. */
  z.object({
    t: z.literal('step'),
    name: z.enum(['image', 'create', 'layer', 'network', 'start', 'attach']),
    ms: z.number(),
    detail: z.record(z.string(), z.unknown()),
  }),
  /** From here on it reads what is typed. `terminal`: has it one? */
  z.object({ t: z.literal('started'), instance: z.string(), terminal: z.boolean() }),
  /** A one-off that was left goes on until then at the latest. */
  z.object({ t: z.literal('detached'), until: z.string() }),
  z.object({ t: z.literal('exit'), code: z.number().int() }),
  /** It did not start, or Berth ended it. */
  z.object({ t: z.literal('failed'), code: z.string(), message: z.string() }),
]);

/** Data of a stream, in either direction. */
interface Data<S extends string> {
  t: S;
  data: Uint8Array;
}
export type ClientFrame = z.infer<typeof fromClient> | Data<'stdin'>;
export type ServerFrame = z.infer<typeof fromServer> | Data<'stdout'> | Data<'stderr'>;

/** Longest message that is taken; senders cut data at 32 KiB. */
export const maxFrameBytes = 128 * 1024;
export const dataPieceBytes = 32 * 1024;

const streams = ['stdin', 'stdout', 'stderr'] as const;

/** A frame as it is sent: text or binary. */
export function encodeFrame(frame: ClientFrame | ServerFrame): string | Uint8Array {
  if (!('data' in frame)) return JSON.stringify(frame);
  const message = new Uint8Array(1 + frame.data.length);
  message[0] = streams.indexOf(frame.t);
  message.set(frame.data, 1);
  return message;
}

/** A message of a client. Throws a ZodError or SyntaxError when it is none. */
export function decodeClientFrame(message: string | Uint8Array): ClientFrame {
  if (typeof message === 'string') return fromClient.parse(JSON.parse(message));
  return { t: z.literal('stdin').parse(streams[message[0] ?? -1]), data: message.subarray(1) };
}

/** A message of the server; throws as above. */
export function decodeServerFrame(message: string | Uint8Array): ServerFrame {
  if (typeof message === 'string') return fromServer.parse(JSON.parse(message));
  return { t: z.enum(['stdout', 'stderr']).parse(streams[message[0] ?? -1]), data: message.subarray(1) };
}
