import type { RouteTarget } from '#libs/contracts/edge.js';
import type { AppState } from '#libs/store/app-states.js';
import { stickyKey } from '#libs/traefik-config/names.js';

/** The cookie that keeps a visitor with the release of their first answer. */
const splitCookie = 'berth-split';

/**
 * Who gets which release, where the visitors are split; empty where they are not. A release without an instance (`present` names
 * those that have one) gets nobody, so that none of its visitors is lost.
 */
export function split(state: AppState, present?: ReadonlySet<number>): Pick<RouteTarget, 'split'> {
  const { app, live, split } = state;
  if (split === null || live === null) return {};
  const part = (release: number, weight: number) => ({ release, weight, key: stickyKey(app.id, release) });
  const parts = [
    part(live.release.number, 100 - split.percent),
    part(split.deployment.release.number, split.percent),
  ].filter(({ release }) => present?.has(release) ?? true);
  const shared = parts.filter(({ weight }) => weight > 0);
  // Only the one without a share can answer: better that one than nobody.
  const kept = shared.length > 0 ? shared : parts.map((one) => ({ ...one, weight: 100 }));
  return { split: { cookie: split.sticky ? splitCookie : null, parts: kept } };
}
