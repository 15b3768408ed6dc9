import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { runGit } from './command.js';

const LOOSE_MAX = 2_000;
const PACKS_MAX = 20;
const TIMEOUT_MS = 10 * 60_000;

/** Is a repository so scattered that packing it anew is worth the work? git's own thresholds are 6,700 and 50. */
export async function needsCollecting(gitDir: string): Promise<boolean> {
  const { stdout } = await runGit(['count-objects', '-v'], { gitDir });
  const counts = new Map(
    stdout
      .toString()
      .split('\n')
      .map((line) => line.split(': ') as [string, string | undefined]),
  );
  return Number(counts.get('count') ?? 0) > LOOSE_MAX || Number(counts.get('packs') ?? 0) > PACKS_MAX;
}

/**
 * Packs a repository anew and drops what nothing refers to. What is younger than an hour stays, since a push that is coming in may
 * already count on it. One core, bounded memory and time.
 */
export async function collectGarbage(gitDir: string, signal?: AbortSignal): Promise<void> {
  await runGit(['gc', '--quiet', '--prune=1.hour.ago'], {
    gitDir,
    settings: { 'gc.autoDetach': 'false' },
    timeoutMs: TIMEOUT_MS,
    signal,
  });
}

/** Takes away what pushes left in a repository when their git was killed. Only while nothing is pushed to it. */
export async function sweepIncoming(gitDir: string): Promise<void> {
  const objects = join(gitDir, 'objects');
  const names = await readdir(objects).catch(() => []);
  for (const name of names) {
    if (name.startsWith('tmp_objdir-')) await rm(join(objects, name), { recursive: true, force: true });
  }
}
