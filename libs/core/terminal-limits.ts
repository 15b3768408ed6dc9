/** How long a terminal may last and how many there may be. Times in ms. */
export interface TerminalLimits {
  /** Without a byte in either direction. */
  idleMs: number;
  totalMs: number;
  /** Open at once. */
  perApp: number;
  perHost: number;
}

/** Each is a process in an instance, within its limits, and some buffers here: enough for a team, too few to hurt. */
export const terminalLimits: TerminalLimits = {
  idleMs: 30 * 60_000,
  totalMs: 8 * 3600_000,
  perApp: 8,
  perHost: 64,
};
