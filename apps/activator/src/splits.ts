import type { RouteTarget } from '#libs/contracts/edge.js';
import { cookieOf } from '#apps/activator/src/cookies.js';

/** Which release a visitor gets, and the cookie that keeps them with it (null: they have it, or none is wanted). */
export interface Choice {
  release: number;
  setCookie: string | null;
}

/** Shares visitors out between releases, exactly: over any hundred requests each gets its weight (smooth weighted round robin). */
export class Splits {
  /** By app: what each release is owed. */
  readonly #owed = new Map<string, Map<number, number>>();

  /** null where everybody gets the same. `kept`: what was chosen for this visitor before, on an earlier try. */
  choose(target: RouteTarget, cookieHeader: string | undefined, kept: Choice | null): Choice | null {
    const { split, instances } = target;
    if (split === undefined) return null;
    const parts = split.parts.filter(({ release }) => instances.some((one) => one.release === release));
    if (parts.length === 0) return null;
    if (kept !== null && parts.some(({ release }) => release === kept.release)) return kept;
    const said = split.cookie === null ? null : cookieOf(cookieHeader, split.cookie);
    const known = said === null ? undefined : parts.find(({ key }) => key === said);
    if (known !== undefined) return { release: known.release, setCookie: null };
    const release = this.#next(target.appId, parts);
    const key = parts.find((part) => part.release === release)?.key ?? '';
    const setCookie = split.cookie === null ? null : `${split.cookie}=${key}; Path=/; HttpOnly; SameSite=Lax`;
    return { release, setCookie };
  }

  /** Forgets apps whose visitors are not split any more. */
  prune(isSplit: (appId: string) => boolean): void {
    for (const appId of this.#owed.keys()) if (!isSplit(appId)) this.#owed.delete(appId);
  }

  #next(appId: string, parts: readonly { release: number; weight: number }[]): number {
    const before = this.#owed.get(appId);
    const owed = parts.map(({ release, weight }) => ({
      release,
      weight,
      now: (before?.get(release) ?? 0) + weight,
    }));
    const total = owed.reduce((sum, { weight }) => sum + weight, 0);
    const chosen = owed.reduce((best, one) => (one.now > best.now ? one : best));
    chosen.now -= total;
    this.#owed.set(appId, new Map(owed.map(({ release, now }) => [release, now])));
    return chosen.release;
  }
}

/** The target with the instances of one release alone. */
export function ofRelease(target: RouteTarget, release: number): RouteTarget {
  return { ...target, instances: target.instances.filter((one) => one.release === release) };
}
