import { copyFile, open, readdir, stat, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { lastLines } from './run.mjs';

const capBytes = 5 * 1024 * 1024;

/**
 * Keeps every log below the cap: a full one becomes `NAME.log.1` and begins anew. Processes append, so emptying the
 * file under them is safe.
 */
export async function capLogs(folder, cap = capBytes) {
  for (const name of await readdir(folder).catch(() => [])) {
    if (!name.endsWith('.log')) continue;
    const path = join(folder, name);
    if ((await stat(path)).size < cap) continue;
    await copyFile(path, `${path}.1`);
    await truncate(path, 0);
  }
}

/** The last lines of a log, in one line; at most 16 KiB are read. */
export async function tailOf(path, lines = 4) {
  const file = await open(path, 'r').catch(() => null);
  if (!file) return '';
  try {
    const { size } = await file.stat();
    const length = Math.min(size, 16 * 1024);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return lastLines(worthReading(buffer.toString('utf8')), lines).slice(-800);
  } finally {
    await file.close();
  }
}

/**
 * A program that names the level of each line usually says why it ended in the few that are no chatter, and among those
 * in the ones that speak of an error; the rest of a stack trace does not help.
 */
function worthReading(text) {
  const lines = text.split('\n').filter((line) => line.trim());
  const serious = lines.filter(
    (line) => !/level=(trace|debug|info|warning)|"level":(10|20|30|40)|\bLOG:|^\s+at /.test(line),
  );
  const errors = serious.filter((line) =>
    /\b[A-Za-z]*Error\b|\b(FATAL|DETAIL|panic|failed|cannot|refused)\b/i.test(line),
  );
  return [errors, serious, lines].find((some) => some.length > 0)?.join('\n') ?? '';
}
