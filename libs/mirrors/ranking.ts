import {
  HOST_DEFAULT,
  mirrorKinds,
  rankMirrors,
  type Candidate,
  type MirrorKind,
  type Standing,
} from '#libs/core/mirrors.js';
import type { Mirror } from '#libs/store/mirrors.js';
import { hostPlaces, type HostRegistries } from './host-registries.js';

/** A candidate with where it is and what was measured of it. */
export interface Place extends Candidate {
  /** null: nothing on this host says where the host's own is. */
  url: string | null;
  standing: Standing;
  row: Mirror | null;
}

export interface Ranked {
  kind: MirrorKind;
  /** Did an administrator give a list? */
  listed: boolean;
  /** In the order in which builds try them. */
  places: Place[];
}

/** The candidates of a kind, best first: the administrator's list where there is one, else what the host is set to. */
export function rankedPlaces(
  kind: MirrorKind,
  rows: readonly Mirror[],
  host: HostRegistries,
  now = Date.now(),
): Ranked {
  const own = rows.filter((row) => row.kind === kind);
  const listed = own.filter(({ position }) => position !== null);
  const names = listed.length > 0 ? listed.map(({ url }) => url) : hostPlaces(kind, host);
  const candidates = names.map((name) => {
    const row = own.find(({ url }) => url === name) ?? null;
    return {
      name,
      url: name === HOST_DEFAULT ? (host.defaults[kind] ?? null) : name,
      ok: row?.ok ?? null,
      latencyMs: row?.latencyMs ?? null,
      failedAt: row?.lastFailedAt?.getTime() ?? null,
      row,
    };
  });
  return { kind, listed: listed.length > 0, places: rankMirrors(candidates, now) };
}

export function rankAll(rows: readonly Mirror[], host: HostRegistries): Ranked[] {
  return mirrorKinds.map((kind) => rankedPlaces(kind, rows, host));
}

/** A place as people know it. */
export function shownPlace({ name, url }: Pick<Place, 'name' | 'url'>): string {
  if (name !== HOST_DEFAULT) return name;
  return url === null ? 'this host’s own registry setting' : `${url} (this host’s own setting)`;
}
