import { BerthError } from '#libs/core/errors.js';

/** Failures in a row that one address may make with one e-mail address … */
const ALLOWED = 10;
/** … within this time. */
const WINDOW_MS = 15 * 60_000;
/** Pairs remembered; the oldest is forgotten first, so that an attacker cannot fill the memory. */
const REMEMBERED = 10_000;

/** Counts failed sign-ins by address and e-mail address; a success clears the count. */
export class FailedSignIns {
  private readonly failures = new Map<string, { count: number; until: number }>();

  constructor(private readonly now: () => number = Date.now) {}

  /** Throws `rate_limited` when this pair has failed too often of late. */
  check(address: string, email: string): void {
    const found = this.failures.get(keyOf(address, email));
    if (!found || found.until <= this.now() || found.count < ALLOWED) return;
    const seconds = Math.ceil((found.until - this.now()) / 1000);
    throw new BerthError(
      'rate_limited',
      `Too many failed sign-ins; try again in ${Math.ceil(seconds / 60)} minutes.`,
      {
        details: { retryAfterSeconds: seconds },
      },
    );
  }

  failed(address: string, email: string): void {
    const key = keyOf(address, email);
    const found = this.failures.get(key);
    const count = found && found.until > this.now() ? found.count + 1 : 1;
    this.failures.delete(key);
    this.failures.set(key, { count, until: this.now() + WINDOW_MS });
    if (this.failures.size > REMEMBERED) {
      const oldest = this.failures.keys().next();
      if (!oldest.done) this.failures.delete(oldest.value);
    }
  }

  succeeded(address: string, email: string): void {
    this.failures.delete(keyOf(address, email));
  }
}

function keyOf(address: string, email: string): string {
  return `${address} ${email.trim().toLowerCase().slice(0, 254)}`;
}
