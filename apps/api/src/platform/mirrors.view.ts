import type { MirrorList, MirrorView } from '#libs/contracts/api/mirrors.js';
import type { Place, Ranked } from '#libs/mirrors/ranking.js';

export function mirrorListOf({ kind, listed, places }: Ranked): MirrorList {
  return { kind, listed, mirrors: places.map(mirrorViewOf) };
}

function mirrorViewOf({ name, url, standing, row }: Place): MirrorView {
  return {
    name,
    url,
    standing,
    ok: row?.ok ?? null,
    latencyMs: row?.latencyMs ?? null,
    error: row?.error ?? null,
    checkedAt: row?.checkedAt?.toISOString() ?? null,
    checks: row?.checks ?? 0,
    checksOk: row?.checksOk ?? 0,
    served: row?.served ?? 0,
    failed: row?.failed ?? 0,
    lastServedAt: row?.lastServedAt?.toISOString() ?? null,
    lastFailedAt: row?.lastFailedAt?.toISOString() ?? null,
  };
}
