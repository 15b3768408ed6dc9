import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Variable in the environment of all that `exec` starts, inherited by what that starts: how it is found again. */
export const execMark = 'BERTH_EXEC';

/** After a hang-up, so long until force. */
const hangUpMs = 1_500;
const lookEveryMs = 50;
/** Processes may start others while they are being killed; after so many turns it is the container's pids limit that ends it. */
const turns = 40;

interface Process {
  pid: number;
  mark: string | null;
}

/** What to end: processes of the container of `initPid` that carry the mark, or belong to the session. */
export interface Doomed {
  initPid: number;
  mark: string;
  /** Session (the pid of its leader); null: that is over. */
  session: number | null;
}

/**
 * Ends processes from outside of their container. The Engine cannot: it only knows how to end a whole one. Found by the
 * container's pid namespace, so a number that was given to another process meanwhile is no danger.
 */
export async function endProcesses(doomed: Doomed): Promise<number> {
  const { initPid, mark, session } = doomed;
  const find = async (): Promise<number[]> => {
    const members = await membersOf(initPid);
    const sessions = session === null ? [] : await inSession(members, session);
    return members.filter((one) => one.mark === mark || sessions.includes(one.pid)).map(({ pid }) => pid);
  };
  return end(find);
}

/** The same for everything in a container whose mark is not one of `keep`. */
export function endMarked(initPid: number, keep: ReadonlySet<string>): Promise<number> {
  return end(async () =>
    (await membersOf(initPid)).filter(({ mark }) => mark !== null && !keep.has(mark)).map(({ pid }) => pid),
  );
}

async function end(find: () => Promise<number[]>): Promise<number> {
  const first = await find();
  for (const pid of first) hangUp(pid);
  const deadline = Date.now() + hangUpMs;
  let left = first;
  while (left.length > 0 && Date.now() < deadline) {
    await delay(lookEveryMs);
    left = await find();
  }
  for (let turn = 0; left.length > 0 && turn < turns; turn += 1) {
    for (const pid of left) send(pid, 'SIGKILL');
    await delay(lookEveryMs);
    left = await find();
  }
  return first.length;
}

/** As a terminal that goes away does it; a stopped job must run to hear of it. */
function hangUp(pid: number): void {
  send(pid, 'SIGHUP');
  send(pid, 'SIGCONT');
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself.
  }
}

/** Living processes in the pid namespace of `initPid`, but for that one itself. */
async function membersOf(initPid: number): Promise<Process[]> {
  const namespace = await readlink(`/proc/${initPid}/ns/pid`).catch(() => null);
  if (namespace === null) return [];
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids.map(async (pid): Promise<Process | null> => {
      if (pid === initPid || (await readlink(`/proc/${pid}/ns/pid`).catch(() => null)) !== namespace)
        return null;
      const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => null);
      return environ === null ? null : { pid, mark: markOf(environ) };
    }),
  );
  return found.filter((one) => one !== null);
}

/** The mark in an environment as the kernel shows it: `KEY=value`, each ended by a zero byte. */
export function markOf(environ: string): string | null {
  const entry = environ.split('\0').find((one) => one.startsWith(`${execMark}=`));
  return entry === undefined ? null : entry.slice(execMark.length + 1);
}

async function inSession(members: Process[], session: number): Promise<number[]> {
  const pairs = await Promise.all(
    members.map(async ({ pid }) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
      return { pid, session: sessionOf(stat) };
    }),
  );
  return pairs.filter((one) => one.session === session).map(({ pid }) => pid);
}

/**
 * Session of `/proc/<pid>/stat` (proc(5)): its sixth field; the second, in brackets, may hold anything. null for what has ended
 * and waits for its parent to hear of it.
 */
export function sessionOf(stat: string): number | null {
  const [state = '', , , session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === '' || 'ZX'.includes(state)) return null;
  return Number(session) > 0 ? Number(session) : null;
}
