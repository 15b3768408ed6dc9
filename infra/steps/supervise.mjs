import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { tailOf } from '../lib/logs.mjs';
import { Problem } from '../lib/problem.mjs';
import { isAlive, spawnDetached } from '../lib/processes.mjs';
import { allOrFirstError, until } from '../lib/wait.mjs';
import { RunRecords, askSupervisor } from '../records.mjs';
import { root } from '../settings.mjs';
import { save } from '../state.mjs';

const patienceMs = 120_000;
/** A part that ended this often before it was ever ready will not come up by itself. */
const hopeless = 3;

/** Starts the copy's supervisor unless one answers. */
export async function ensureSupervisor(copy) {
  await save(copy);
  if (await askSupervisor(copy, 'GET', '/status')) return;
  const logFile = join(copy.logs, 'supervisor.log');
  await spawnDetached({
    command: process.execPath,
    args: [
      '--max-semi-space-size=1',
      '--max-old-space-size=64',
      '--optimize-for-size',
      join(root, 'infra', 'supervisor.mjs'),
    ],
    env: { ...process.env, BERTH_HOME: copy.home },
    cwd: root,
    logFile,
  });
  const answered = await until(() => askSupervisor(copy, 'GET', '/status'), { timeoutMs: 15_000 });
  if (!answered) {
    throw new Problem({
      what: 'Berth’s supervisor did not start.',
      why: `Its last words: ${await tailOf(logFile)}`,
      fix: `Look into ${logFile}, then start again.`,
    });
  }
}

/**
 * Has the supervisor run these parts, and waits until each is ready. What runs from other settings, or from another
 * `fingerprint` of our own code, is started anew.
 * @param {import('../parts/part.mjs').Part[]} wanted
 */
export async function runAndWait(copy, ui, wanted, fingerprint = null) {
  await save(copy);
  const before = await askSupervisor(copy, 'GET', '/status');
  const records = await RunRecords.open(copy);
  const changed = wanted.filter((part) => isChanged(copy, part, records, fingerprint));
  const others = wanted.filter((part) => !changed.includes(part));
  for (const [verb, list] of [
    ['restart', changed],
    ['start', others],
  ]) {
    const names = list.map((part) => part.name).join(',');
    if (names)
      await askSupervisor(
        copy,
        'POST',
        `/${verb}?${new URLSearchParams({ names, ...(fingerprint ? { fingerprint } : {}) })}`,
      );
  }
  await allOrFirstError(
    wanted.map((part) => waitReady(copy, ui, part, changed.includes(part) ? null : before.parts[part.name])),
  );
}

function isChanged(copy, part, records, fingerprint) {
  const { identity, settings } = records.entry(part.name);
  if (!isAlive(identity)) return false;
  if (part.settingsKey) return settings !== part.settingsKey(copy);
  return fingerprint !== null && records.fingerprint !== fingerprint;
}

async function waitReady(copy, ui, part, before) {
  if (before?.state === 'ready') return;
  await ui.step(part.title, async ({ note }) => {
    const deadline = Date.now() + patienceMs;
    // What it did before this start, crashes included, says nothing about now.
    let restartsBefore = before?.restarts;
    for (;;) {
      const live = (await askSupervisor(copy, 'GET', '/status'))?.parts[part.name];
      if (!live)
        throw new Problem({
          what: 'Berth’s supervisor has gone.',
          fix: `Look into ${join(copy.logs, 'supervisor.log')}, then start again.`,
        });
      if (live.state === 'ready') return live.version ?? copy.state.parts[part.name]?.version ?? '';
      restartsBefore ??= live.restarts;
      if (live.restarts - restartsBefore >= hopeless || Date.now() > deadline) await giveUp(copy, part, live);
      if (live.error) note(live.error);
      await delay(60);
    }
  });
}

async function giveUp(copy, part, live) {
  const logFile = join(copy.logs, `${part.name}.log`);
  const words = await tailOf(logFile);
  throw new Problem({
    what: `${part.title} does not come up.`,
    why: `${live.error ?? 'It is not ready.'}${words ? ` Its last words: ${words}` : ''}`,
    fix: `Its log is ${logFile}. Mend what it says, then start again.`,
  });
}
