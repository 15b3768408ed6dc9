/**
 * Every bound of the activator, in one place. Times in milliseconds, sizes in bytes.
 * Tests hand in smaller ones.
 */
export interface Limits {
  /** Headers of one message. Traefik lets 64 KiB and a little more through (infra/parts/traefik.mjs), and adds some. */
  headerBytes: number;
  /** A peer has this long to send its header block. Bodies have no total limit: slow uploads are legal. */
  headersMs: number;
  /** An upload from which no byte arrives for this long, while the app is willing to read, is cut. */
  uploadIdleMs: number;
  /**
   * How long an idle connection of a visitor is kept. Longer than Traefik's `idleConnTimeout` towards us (4 s), so
   * that Traefik is always the one who closes: closing under a POST that is being sent would lose it.
   */
  keepAliveMs: number;
  /** A bridge or loopback connect takes microseconds; an address that does not answer by then is gone. */
  dialMs: number;
  /** Idle connections to an instance are dropped after this, or a second before the app's own `Keep-Alive: timeout`. */
  idleSocketMs: number;
  idleSocketsPerInstance: number;
  /** Requests of one app that wait for it to start. */
  heldPerApp: number;
  /** Requests of one app that wait for a place in an instance that runs, and those of all apps. */
  queuedPerApp: number;
  queuedInAll: number;
  /** How long a request waits for an app that starts, or for a place. */
  holdMs: number;
  /** An app that does not wake is asked for again after this, while somebody waits. */
  rewakeMs: number;
  /** How long a request waits when the table says serving but no instance can be reached. */
  unreachableMs: number;
  /** Pause between two rounds over unreachable instances. */
  redialMs: number;
  /** Requests and tunnels in flight: in all, and per app so that one app cannot starve the others. */
  inFlight: number;
  inFlightPerApp: number;
  /** Largest table that `PUT /table` accepts. */
  tableBytes: number;
  /** How long a sibling process may take to take over a table before the sender is told to try again. */
  relayMs: number;
  /** How long an idle connection of a calling container is kept; it is told. */
  callerKeepAliveMs: number;
  /** Connections that the containers of one team may have open to the activator. */
  connectionsPerTeam: number;
  /** Pause between the first two tries to listen on a bridge that is not there yet; it doubles up to the other. */
  gateRetryMs: number;
  gateRetryMostMs: number;
  /** Look-ups of names under way at the host's resolvers, for one team and in all; all resolvers together have `namesMs`. */
  namesPerTeam: number;
  namesInAll: number;
  namesMs: number;
  /** TCP connections for names that a team may have open, and how long one may stand still. */
  namesConnections: number;
  namesIdleMs: number;
}

export const defaultLimits: Limits = {
  headerBytes: 80 * 1024,
  headersMs: 20_000,
  uploadIdleMs: 120_000,
  keepAliveMs: 65_000,
  dialMs: 250,
  idleSocketMs: 4_000,
  idleSocketsPerInstance: 32,
  heldPerApp: 100,
  // Four seconds of 250 requests a second: until load is seen and instances have started (npm run simulate).
  queuedPerApp: 1_000,
  queuedInAll: 4_000,
  holdMs: 30_000,
  rewakeMs: 250,
  unreachableMs: 3_000,
  redialMs: 100,
  inFlight: 8_192,
  inFlightPerApp: 2_048,
  tableBytes: 32 * 1024 * 1024,
  relayMs: 1_000,
  callerKeepAliveMs: 10_000,
  connectionsPerTeam: 2_048,
  gateRetryMs: 100,
  gateRetryMostMs: 2_000,
  namesPerTeam: 64,
  namesInAll: 256,
  // The Engine's own resolver waits 4 s before it asks the next one.
  namesMs: 3_600,
  namesConnections: 32,
  namesIdleMs: 10_000,
};
