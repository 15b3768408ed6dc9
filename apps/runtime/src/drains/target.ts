import type { AddressGuard } from '#libs/outbound/address-guard.js';
import type { OpenDrain } from '#libs/store/drains.js';
import type { InstanceLogLine } from '../logs/log-line.js';
import { HttpTarget } from './http-target.js';
import { SyslogTarget } from './syslog-target.js';

/** Where lines go. */
export interface Target {
  /** Throws when they were not taken. */
  send(lines: readonly InstanceLogLine[]): Promise<void>;
  close(): void;
}

/** By the scheme of its address, which was checked when it was written. */
export function targetOf({ url, app }: OpenDrain, guard: AddressGuard): Target {
  const address = new URL(url);
  return address.protocol.startsWith('http')
    ? new HttpTarget(address, app, guard)
    : new SyslogTarget(address, app, guard);
}
