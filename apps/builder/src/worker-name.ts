import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';

/** Name of a build worker: machine, process, and a random part, since process ids come again. */
export function workerName(): string {
  return `${hostname()}/${process.pid}/${randomBytes(4).toString('hex')}`;
}

/** Is this the name of a worker of this machine whose process is gone? False when that cannot be told. */
export function isDead(name: string): boolean {
  const [machine, pid] = name.split('/');
  if (machine !== hostname() || !/^[1-9]\d*$/.test(pid ?? '')) return false;
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ESRCH';
  }
}
