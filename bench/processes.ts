import { readdirSync, readFileSync } from 'node:fs';

/** The supervisor is the parent of what it started; every process is counted with the first part that has it. */
export function descendants(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = parentOf(Number(name));
    if (parent !== null) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found: number[] = [];
  for (const queue = [root]; queue.length > 0;) {
    const pid = queue.shift() ?? 0;
    found.push(pid);
    queue.push(...(children.get(pid) ?? []));
  }
  return found;
}

function parentOf(pid: number): number | null {
  const text = read(`/proc/${pid}/stat`);
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return text === '' ? null : Number(fields[1]);
}

/** A container's processes lie in a cgroup named by its 64-digit id. */
export function isInContainer(pid: number): boolean {
  return /\/[0-9a-f]{64}/.test(read(`/proc/${pid}/cgroup`));
}

/** MiB of a field that the kernel gives in kB; 0 when the process is gone. */
export function field(pid: number, file: string, name: string): number {
  const match = new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(read(`/proc/${pid}/${file}`));
  return match === null ? 0 : Number(match[1]) / 1024;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
