/**
 * What every part (Docker Engine, Postgres, …) and every service of ours looks like to the commands and the supervisor.
 *
 * @typedef {object} Found what `find` and `prepare` learned; kept in state.json
 * @property {'own' | 'external'} source external: somebody else runs it; Berth only checks that it answers
 * @property {string[]} [needed] Debian packages to install first
 * @property {string[]} [optional] Debian packages to install if this Debian has them
 * @property {string} [version]
 * @property {string} [address] for people and for the other parts
 * @property {string} [bin] the program to run
 *
 * @typedef {object} Part
 * @property {string} name
 * @property {string} title
 * @property {{ signal?: NodeJS.Signals, graceMs?: number, drainMs?: number }} stop
 * @property {(copy: import('../state.mjs').Copy) => string} [settingsKey] what it reads at its start and a person may change: a
 *   running one with another key is started anew
 * @property {boolean} [overlap] a new process can take over while the old one still drains (for `drainMs` at most)
 * @property {boolean} [keepsSockets] it hands on what it listens on, so that nobody is refused while it is started again
 * @property {(copy: import('../state.mjs').Copy) => Promise<Found>} find
 *   looks whether it is there already; changes nothing
 * @property {(copy: import('../state.mjs').Copy, found: Found, note: (text: string) => void) => Promise<Found>} prepare
 *   brings what is missing and writes its configuration; may run twice
 * @property {(copy: import('../state.mjs').Copy) => Promise<void>} [before] just before each start of the process
 * @property {(copy: import('../state.mjs').Copy) => { command: string, args: string[], env?: NodeJS.ProcessEnv, cwd?: string }
 *   | Promise<{ command: string, args: string[], env?: NodeJS.ProcessEnv, cwd?: string }>} command
 * @property {(copy: import('../state.mjs').Copy, identity: import('../lib/processes.mjs').ProcessIdentity | null) => Promise<{ version?: string } | boolean | null>} ready
 *   asks this very process (its identity comes second); throwing means not yet
 * @property {(copy: import('../state.mjs').Copy) => Promise<number | null>} [pid] pid of a running one that no record names
 * @property {(copy: import('../state.mjs').Copy) => number[]} [helpers] processes of its own that are not below it; for its memory
 * @property {(copy: import('../state.mjs').Copy) => Promise<void>} [after] tidies up when it was stopped for good
 */

import { docker } from './docker.mjs';
import { postgres } from './postgres.mjs';
import { redis } from './redis.mjs';
import { registry } from './registry.mjs';
import { services } from './services.mjs';
import { traefik } from './traefik.mjs';

/** Other people's programs, in the order in which they start. They stop the other way round. */
export const parts = [docker, postgres, redis, registry, traefik];

/** Everything that runs under supervision. */
export const everything = [...parts, ...services];

/** Does Berth run this one itself? */
export function isOwn(copy, part) {
  return copy.state.parts[part.name]?.source !== 'external';
}
