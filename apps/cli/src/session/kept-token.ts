import { hostname } from 'node:os';

/** A token to keep. `tokenId` is null for one that was brought along: logging out leaves it alone. */
export interface KeptToken {
  token: string;
  tokenId: string | null;
}

/** What the platform's lists call this machine. */
export function machineName(): string {
  return (
    hostname()
      .replace(/[^\x21-\x7e]/g, '')
      .slice(0, 60) || 'a machine without a name'
  );
}
