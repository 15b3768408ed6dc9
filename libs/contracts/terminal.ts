import { z } from 'zod';
import { isConfigKey, isReservedConfigKey } from '#libs/core/names.js';
import { dataOf, type Data } from './terminal-frames.js';

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

/** Variables that a one-off gets beside the app's config, or in place of it. */
const variables = z.record(
  z.string().refine((name) => isConfigKey(name) && !isReservedConfigKey(name)),
  z
    .string()
    .max(32_768)
    .refine((value) => !value.includes('\0')),
);

/** Begins a one-off instance. */
const runStart = z.object({
  t: z.literal('run'),
  command: commandWords,
  terminal,
  env: variables.default({}),
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

export type ClientFrame = z.infer<typeof fromClient> | Data<'stdin'>;

/** A message of a client. Throws a ZodError or SyntaxError when it is none. */
export function decodeClientFrame(message: string | Uint8Array): ClientFrame {
  if (typeof message === 'string') return fromClient.parse(JSON.parse(message));
  return dataOf(message, ['stdin']);
}
