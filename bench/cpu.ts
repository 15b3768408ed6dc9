import { readFileSync } from 'node:fs';

/** CPU time that a process has used so far, in milliseconds (the kernel counts in hundredths of a second). */
export function cpuMs(pid: number): number {
  const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) * 10;
}
