import type { TokenView } from '#libs/contracts/api/tokens.js';
import type { TokenRow } from '#libs/store/tokens.js';

/** A token as its owner sees it: everything but the secret. */
export function tokenViewOf(row: TokenRow): TokenView {
  return {
    id: row.id,
    name: row.name,
    prefix: row.prefix,
    scopes: row.scopes as TokenView['scopes'],
    team: row.team?.slug ?? null,
    createdAt: row.createdAt.toISOString(),
    expiresAt: row.expiresAt?.toISOString() ?? null,
    lastUsedAt: row.lastUsedAt?.toISOString() ?? null,
    revokedAt: row.revokedAt?.toISOString() ?? null,
  };
}
