/**
 * Which way an app's requests take: through the activator (knows every host, costs Traefik nothing), or straight from
 * Traefik by a router of the app's own (costs Traefik a reload per change, and every reload more the more routers).
 */
export type EdgeMode = 'activator' | 'direct';

export interface EdgeState {
  mode: EdgeMode;
  /** When this mode began; milliseconds. */
  since: number;
  /** Since when the rate asks for the other mode; null while it does not. */
  changeWantedSince: number | null;
}

export interface EdgeMetrics {
  /** Requests per second over the last few seconds, both ways together. */
  requestsPerSecond: number;
  /** May Traefik send requests straight to it now? (Live, awake, with a ready instance.) */
  canGoDirect: boolean;
}

/** Rates in requests per second, times in milliseconds. */
export interface EdgeModeRules {
  /** At this rate or above it, for `upForMs`, an app earns its own router. */
  upRate: number;
  upForMs: number;
  /** Below this rate, for `downForMs`, it goes back. */
  downRate: number;
  downForMs: number;
  /** Shortest stay on a router of its own. */
  minStayMs: number;
  /** Routers at most: with 100 Traefik takes a change over in 20 to 150 ms, with 500 in up to 450 (facts, 3.7.15). */
  maxDirect: number;
}

/**
 * The activator adds well under a millisecond up to some hundred requests per second and costs a core at about 1,400
 * (facts: plain Node proxy). At 20 it costs about 2 % of a core: there a router begins to be worth a reload.
 */
export const edgeModeRules: EdgeModeRules = {
  upRate: 20,
  upForMs: 2_000,
  downRate: 5,
  downForMs: 60_000,
  minStayMs: 60_000,
  maxDirect: 100,
};

export function initialEdgeState(now: number): EdgeState {
  return { mode: 'activator', since: now, changeWantedSince: null };
}

/** The mode of one app from now on. Two thresholds and a delay each way, so that a wavering rate does not flap. */
export function edgeMode(
  metrics: EdgeMetrics,
  now: number,
  state: EdgeState,
  rules: EdgeModeRules = edgeModeRules,
): EdgeState {
  if (!metrics.canGoDirect) {
    return state.mode === 'activator' ? { ...state, changeWantedSince: null } : initialEdgeState(now);
  }
  const direct = state.mode === 'direct';
  const wanted = direct
    ? metrics.requestsPerSecond < rules.downRate
    : metrics.requestsPerSecond >= rules.upRate;
  if (!wanted) return { ...state, changeWantedSince: null };

  const changeWantedSince = state.changeWantedSince ?? now;
  const longEnough = now - changeWantedSince >= (direct ? rules.downForMs : rules.upForMs);
  const stayed = !direct || now - state.since >= rules.minStayMs;
  if (!longEnough || !stayed) return { ...state, changeWantedSince };
  return { mode: direct ? 'activator' : 'direct', since: now, changeWantedSince: null };
}

export interface AppOnEdge {
  appId: string;
  metrics: EdgeMetrics;
  state: EdgeState;
}

/** The modes of all apps of a host: `edgeMode` for each, and never more than `maxDirect` routers; the busiest come first. */
export function edgeModes(
  apps: readonly AppOnEdge[],
  now: number,
  rules: EdgeModeRules = edgeModeRules,
): Map<string, EdgeState> {
  const next = new Map(apps.map((app) => [app.appId, edgeMode(app.metrics, now, app.state, rules)]));
  const staying = apps.filter((app) => app.state.mode === 'direct' && next.get(app.appId)?.mode === 'direct');
  const rising = apps
    .filter((app) => app.state.mode === 'activator' && next.get(app.appId)?.mode === 'direct')
    .sort((a, b) => b.metrics.requestsPerSecond - a.metrics.requestsPerSecond);
  const room = Math.max(0, rules.maxDirect - staying.length);
  for (const app of rising.slice(room)) {
    next.set(app.appId, { ...app.state, changeWantedSince: app.state.changeWantedSince ?? now });
  }
  return next;
}
