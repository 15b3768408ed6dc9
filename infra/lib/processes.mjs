import { spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync, readdirSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * A process that we started, known by pid *and* start time: a pid alone may belong to somebody else after a
 * reboot or a wrap-around. `ticks` is field 22 of /proc/PID/stat, `boot` the kernel's boot id.
 * @typedef {{ pid: number, ticks: string, boot: string, since: string }} ProcessIdentity
 */

let bootId;
function boot() {
  bootId ??= readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  return bootId;
}

/** State letter, parent and start time of a process; null when there is none. */
export function procStat(pid) {
  let text;
  try {
    text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return null;
  }
  // The command name may hold spaces and brackets: count from the last bracket.
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return { state: fields[0], parent: Number(fields[1]), ticks: fields[19] };
}

/** @returns {ProcessIdentity | null} */
export function identify(pid) {
  const stat = procStat(pid);
  return stat ? { pid, ticks: stat.ticks, boot: boot(), since: new Date().toISOString() } : null;
}

/** Is this very process (not merely its number) alive? A zombie is not. */
export function isAlive(identity) {
  if (!identity || identity.boot !== boot()) return false;
  const stat = procStat(identity.pid);
  return stat !== null && stat.ticks === identity.ticks && stat.state !== 'Z' && stat.state !== 'X';
}

/**
 * Starts a process that outlives us, in a session of its own, its output appended to a file; with the sockets that were kept for it, where there are such.
 * @returns {Promise<{ child: import('node:child_process').ChildProcess, identity: ProcessIdentity }>}
 */
export async function spawnDetached({ command, args, env, cwd, logFile, sockets = null }) {
  await mkdir(dirname(logFile), { recursive: true });
  const log = openSync(logFile, 'a', 0o640);
  try {
    const kept = sockets?.inheritance() ?? { env: {}, stdio: [] };
    const stdio = ['ignore', log, log, ...kept.stdio];
    const child = spawn(command, args, { env: { ...env, ...kept.env }, cwd, detached: true, stdio });
    sockets?.follow(child);
    await new Promise((resolve, reject) => child.once('spawn', resolve).once('error', reject));
    const identity = identify(child.pid);
    if (!identity) throw new Error(`${command} ended at once; its last words are in ${logFile}.`);
    child.unref();
    return { child, identity };
  } finally {
    closeSync(log);
  }
}

/** Asks a process to end, then insists. Waits until it is gone; stopping what is gone is no error. */
export async function stopProcess(identity, { signal = 'SIGTERM', graceMs = 10_000 } = {}) {
  if (!isAlive(identity)) return;
  send(identity, signal);
  if (await goneWithin(identity, graceMs)) return;
  send(identity, 'SIGKILL');
  await goneWithin(identity, 5000);
}

function send(identity, signal) {
  try {
    process.kill(identity.pid, signal);
  } catch {
    // gone meanwhile
  }
}

async function goneWithin(identity, ms) {
  const deadline = Date.now() + ms;
  while (isAlive(identity)) {
    if (Date.now() >= deadline) return false;
    await delay(20);
  }
  return true;
}

/** All processes below these, themselves included, as pids. */
export function descendants(roots) {
  const children = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const stat = procStat(Number(name));
    if (!stat) continue;
    const list = children.get(stat.parent) ?? [];
    list.push(Number(name));
    children.set(stat.parent, list);
  }
  const found = [];
  const queue = [...roots];
  while (queue.length > 0) {
    const pid = queue.shift();
    found.push(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  return found;
}

/**
 * Memory of a process tree in bytes: the proportional share (Pss), so that pages shared between Postgres'
 * processes or by several Nodes are not counted twice; resident size where the kernel does not tell.
 */
export function memoryOf(pids) {
  let total = 0;
  for (const pid of pids)
    total += fieldKb(`/proc/${pid}/smaps_rollup`, 'Pss') ?? fieldKb(`/proc/${pid}/status`, 'VmRSS') ?? 0;
  return total * 1024;
}

function fieldKb(path, field) {
  try {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(path, 'utf8'));
    return match ? Number(match[1]) : null;
  } catch {
    return null;
  }
}
