import { plural } from './units.js';

/** `512 MB of memory, 1 CPU, 256 processes`. */
export function limitsText(limits: { memoryMb: number; cpus: number; pids: number }): string {
  const { memoryMb, cpus, pids } = limits;
  return `${memoryMb} MB of memory, ${plural(cpus, 'CPU')}, ${pids} processes`;
}
