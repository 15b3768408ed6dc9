import { hash, verify } from '@node-rs/argon2';
import { BerthError } from '#libs/core/errors.js';

/** OWASP's argon2id minimum of 2024: 19 MiB, 2 passes, 1 lane; about 30 ms of one core. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };
/** Hashes at once: bounds memory to 2 x 19 MiB and leaves a core to everything else. */
const AT_ONCE = 2;
/** Waiting beyond this means an attack: better a quick refusal than a queue of minutes. */
const WAITING = 32;

let running = 0;
const waiting: (() => void)[] = [];

/** Hashes a password for storage (PHC string). Throws `sign_in_busy` when too many wait. */
export function hashPassword(password: string): Promise<string> {
  return bounded(() => hash(password, COST));
}

/**
 * Is this the password? Takes as long for a user that does not exist, or has no password, as for one that does: it is then
 * compared with a hash of nothing.
 */
export async function passwordMatches(password: string, stored: string | null): Promise<boolean> {
  const against = stored ?? (await hashOfNothing());
  const same = await bounded(() => verify(against, password));
  return same && stored !== null;
}

let nothing: Promise<string> | null = null;
function hashOfNothing(): Promise<string> {
  nothing ??= hash(crypto.randomUUID(), COST);
  return nothing;
}

async function bounded<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) {
    if (waiting.length >= WAITING)
      throw new BerthError('sign_in_busy', 'Too many sign-ins at once; try again in a few seconds.');
    await new Promise<void>((resolve) => waiting.push(resolve));
  } else running++;
  try {
    return await work();
  } finally {
    // The place goes straight to the next one in line, so that nobody can slip in between.
    const next = waiting.shift();
    if (next) next();
    else running--;
  }
}
