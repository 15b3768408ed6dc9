import { readdir, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { pipeline, Transform, type Readable } from 'node:stream';
import type { Context } from '../frame/context.js';
import { usage } from '../frame/failure.js';
import type { Query } from '../http/client.js';
import { bar } from '../ui/bar.js';
import { plural, size } from '../ui/units.js';
import { openArchive } from './archive.js';
import { pack } from './pack.js';
import { secrets, walk, type SourceEntry } from './walk.js';

/** What goes up. */
export interface Parcel {
  body: Readable;
  type: string;
  /** Bytes that `sent` counts towards; null when nobody knows. */
  bytes: number | null;
  sent: () => number;
  what: string;
}

/** What `source` names, ready to be sent: a folder, an archive, or `-` for standard input. */
export async function wrapUp(context: Context, source: string | undefined, folder: string): Promise<Parcel> {
  if (source === '-') return wrapPipe(context);
  const stats = await stat(folder).catch(() => null);
  if (stats === null) throw usage(`There is no ${source ?? folder}.`);
  if (stats.isDirectory()) return wrapFolder(context, folder);
  const ending = functionEnding(folder);
  if (ending !== null) return wrapFunction(folder, ending, stats.size);
  const { body, bytes, type } = await openArchive(folder);
  return { ...counted(body), type, bytes, what: basename(folder) };
}

/** How a file ends that can be a function; null for any other. */
export function functionEnding(file: string): string | null {
  return /\.(?:ts|mts|js|mjs|py)$/.exec(basename(file))?.[0] ?? null;
}

/** One file that answers requests, under the name by which Berth knows a function. */
function wrapFunction(file: string, ending: string, bytes: number): Parcel {
  let sent = 0;
  const entry: SourceEntry = {
    path: `function${ending}`,
    from: basename(file),
    kind: 'file',
    bytes,
    executable: false,
    target: null,
  };
  const body = pack(dirname(file), [entry], (now) => (sent = now));
  return { body, type: 'application/gzip', bytes, sent: () => sent, what: basename(file) };
}

function wrapPipe({ ui }: Context): Parcel {
  if (ui.stdin.isTTY) throw usage('- reads an archive from standard input, which is a terminal.');
  return { ...counted(ui.stdin), type: 'application/octet-stream', bytes: null, what: 'standard input' };
}

/** Counts what is read through it; nothing flows before somebody reads. */
function counted(source: Readable): Pick<Parcel, 'body' | 'sent'> {
  let sent = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      sent += chunk.length;
      done(null, chunk);
    },
  });
  pipeline(source, count, () => undefined);
  return { body: count, sent: () => sent };
}

async function wrapFolder({ ui }: Context, folder: string): Promise<Parcel> {
  const entries = await walk(folder);
  if (entries.length === 0) {
    const there = (await readdir(folder)).length;
    throw usage(
      `${folder} has no files to send.`,
      there > 0 ? 'Everything in it is ignored: `berth deploy --dry-run` tells.' : [],
    );
  }
  const found = secrets(entries);
  if (found.length > 0) {
    ui.warn(`${found.slice(0, 3).join(', ')} will be part of the image.`);
    ui.say('  Secrets belong into config: `berth config import .env`, and the file into .berthignore.');
  }
  let sent = 0;
  const body = pack(folder, entries, (bytes) => (sent = bytes));
  const bytes = entries.reduce((sum, entry) => sum + entry.bytes, 0);
  return { body, type: 'application/gzip', bytes, sent: () => sent, what: plural(entries.length, 'file') };
}

/** Streams the parcel up, under a bar that tells how far it is. */
export async function send<T>(
  { ui, api }: Context,
  path: string,
  parcel: Parcel,
  query: Query = {},
): Promise<T> {
  const { bytes, what } = parcel;
  ui.live.show(() => {
    if (bytes === null) return `Sending ${what}: ${size(parcel.sent())}`;
    const share = bytes === 0 ? 1 : parcel.sent() / bytes;
    const state =
      share < 1
        ? `${bar(share, 24)} ${size(parcel.sent())} of ${size(bytes)}`
        : 'sent; the platform unpacks it';
    return `Sending ${what}: ${state}`;
  });
  try {
    const answer = await api.upload<T>(path, query, parcel.body, {
      'content-type': parcel.type,
    });
    ui.live.stop();
    ui.done(`Sent ${what} (${size(bytes ?? parcel.sent())}).`);
    return answer;
  } finally {
    ui.live.stop();
    parcel.body.destroy();
  }
}
