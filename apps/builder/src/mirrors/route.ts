import { HOST_DEFAULT, nextMirror, type MirrorKind } from '#libs/core/mirrors.js';
import type { Place, Ranked } from '#libs/mirrors/ranking.js';

/** What each kind is called in the build log. */
const TITLES: Readonly<Record<MirrorKind, string>> = {
  images: 'Base images',
  npm: 'npm packages',
  pypi: 'Python packages',
  go: 'Go modules',
  maven: 'Maven artifacts',
  crates: 'Crates',
  debian: 'Debian packages',
};

export function titleOf(kind: MirrorKind): string {
  return TITLES[kind];
}

/** One way through the mirrors: for each kind, the one in use and those that this build has tried. */
export class Route {
  private readonly tried = new Map<MirrorKind, Set<string>>();
  private readonly inUse = new Map<MirrorKind, Place>();

  constructor(private readonly lists: readonly Ranked[]) {
    for (const { kind } of lists) this.advance(kind);
  }

  /** Every kind with the place in use. */
  current(): [MirrorKind, Place][] {
    return [...this.inUse];
  }

  /** Kinds that another place could be tried for. */
  choices(): MirrorKind[] {
    return this.lists.filter(({ kind }) => this.upNext(kind) !== null).map(({ kind }) => kind);
  }

  placeOf(kind: MirrorKind): Place | null {
    return this.inUse.get(kind) ?? null;
  }

  /** Goes on to the next place of a kind; null when all were tried. */
  advance(kind: MirrorKind): Place | null {
    const next = this.upNext(kind);
    if (next === null) return null;
    const tried = this.tried.get(kind) ?? new Set();
    this.tried.set(kind, tried.add(next.name));
    this.inUse.set(kind, next);
    return next;
  }

  /** Addresses that the build must be told; what the host itself is set to is in its stacks. */
  addresses(): Map<MirrorKind, string> {
    return new Map(
      this.current().flatMap(([kind, { name, url }]) =>
        name === HOST_DEFAULT || url === null ? [] : [[kind, url] as const],
      ),
    );
  }

  /** Is there more than one place, so that the log should say which is used? */
  isChosen(kind: MirrorKind): boolean {
    return (this.lists.find((list) => list.kind === kind)?.places.length ?? 0) > 1;
  }

  private upNext(kind: MirrorKind): Place | null {
    const places = this.lists.find((list) => list.kind === kind)?.places ?? [];
    return nextMirror(places, this.tried.get(kind) ?? new Set());
  }
}
