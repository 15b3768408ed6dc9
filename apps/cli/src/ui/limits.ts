import { plural } from './units.js';

interface Limits {
  memoryMb: number;
  cpus: number;
  pids: number;
  requestSeconds?: number | null;
  bodyBytes?: number | null;
}

/** `512 MiB of memory, 1 CPU, 256 processes`, and the limits on requests where there are some. */
export function limitsText(limits: Limits): string {
  const { memoryMb, cpus, pids, requestSeconds, bodyBytes } = limits;
  const words = [`${memoryMb} MiB of memory`, plural(cpus, 'CPU'), `${pids} processes`];
  if (requestSeconds) words.push(`an answer within ${requestSeconds} s`);
  if (bodyBytes) words.push(`bodies of ${Math.floor(bodyBytes / 1024)} KiB at most`);
  return words.join(', ');
}
