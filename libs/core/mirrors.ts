/** What can be given mirrors: image registries, and the registries of packages. */
export const mirrorKinds = ['images', 'npm', 'pypi', 'go', 'maven', 'crates', 'debian'] as const;
export type MirrorKind = (typeof mirrorKinds)[number];

/** In a list of mirrors: what this host's own configuration says, the first candidate unless somebody puts it elsewhere. */
export const HOST_DEFAULT = 'default';

/** What is known of one candidate. */
export interface Candidate {
  /** A URL, or HOST_DEFAULT. */
  name: string;
  /** null: it was not asked yet, or nothing says where it is. */
  ok: boolean | null;
  /** Time to the first whole answer, ms; null unless ok. */
  latencyMs: number | null;
  /** When a build last could not go on with it, ms since 1970. */
  failedAt: number | null;
}

export type Standing = 'good' | 'slow' | 'failing';

/** A build that failed with a mirror counts against it for so long; then the probe's word is taken again. */
export const REMEMBER_FAILURE_MS = 5 * 60_000;

/** Below this nobody minds, however much quicker another one is. */
const FAST_ENOUGH_MS = 1_000;
/** What is slower than the quickest by more than this factor is slow. */
const SLOW_FACTOR = 4;

/**
 * How each candidate stands. One that was never asked is taken for good: most often it is the host's own, which cannot always be asked.
 */
function standings(candidates: readonly Candidate[], now: number): Standing[] {
  const latencies = candidates.flatMap(({ ok, latencyMs }) =>
    ok === true && latencyMs !== null ? [latencyMs] : [],
  );
  const slowFrom = Math.max(FAST_ENOUGH_MS, SLOW_FACTOR * Math.min(...latencies));
  return candidates.map(({ ok, latencyMs, failedAt }) => {
    const failedLately = failedAt !== null && now - failedAt < REMEMBER_FAILURE_MS;
    if (ok === false || failedLately) return 'failing';
    return latencyMs !== null && latencyMs > slowFrom ? 'slow' : 'good';
  });
}

/**
 * The candidates in the order in which a build tries them: good ones, then slow ones, then failing ones (a probe may be wrong, so none
 * is left out), each in the administrator's order. Latency alone never changes the order of two good ones: another
 * registry in the Dockerfile is another cache key, and a build must not install everything anew because of a jitter.
 */
export function rankMirrors<T extends Candidate>(
  candidates: readonly T[],
  now: number,
): (T & { standing: Standing })[] {
  const found = standings(candidates, now);
  const all = candidates.map((candidate, index) => ({ ...candidate, standing: found[index] as Standing }));
  return (['good', 'slow', 'failing'] as const).flatMap((standing) =>
    all.filter((candidate) => candidate.standing === standing),
  );
}

/** The first of a ranked list that this build has not tried; null when all were. */
export function nextMirror<T extends { name: string }>(
  ranked: readonly T[],
  tried: ReadonlySet<string>,
): T | null {
  return ranked.find(({ name }) => !tried.has(name)) ?? null;
}

/** A list as an administrator gives it, with the host's own put first where it is not named. */
export function withDefault(names: readonly string[]): string[] {
  return names.includes(HOST_DEFAULT) ? [...names] : [HOST_DEFAULT, ...names];
}

/** What tools print when a registry does not answer, answers too late, or answers nonsense. */
const REGISTRY_FAULTS: readonly RegExp[] = [
  // npm, pnpm, yarn, bun and whatever else runs on Node
  /\b(?:ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_SOCKET_TIMEOUT|EIDLETIMEOUT|UND_ERR_\w*TIMEOUT)\b/,
  /socket hang up|FetchError: (?:invalid json|request to|network timeout)|Invalid response body|ConnectionRefused|FailedToOpenSocket/,
  /\bEINTEGRITY\b|TAR_BAD_ARCHIVE|\bZ_(?:DATA|BUF)_ERROR\b|ERR_PNPM_(?:META_FETCH_FAIL|FETCH_5\d\d|TARBALL_INTEGRITY|BAD_TARBALL_SIZE)/,
  /code E5\d\d\b|\b50[234] (?:Bad Gateway|Service (?:Temporarily )?Unavailable|Gateway Time-?out)/i,
  // uv, pip, poetry, cargo, go, Maven, curl, apt
  /error sending request|Failed to (?:fetch|download|extract|read)[^\n]*(?:https?:|metadata|wheel|distribution)|Connection (?:refused|reset|timed out)|Read timed out|operation timed out/i,
  /tcp connect error|dns error|client error \(Connect\)|Temporary failure (?:in name )?resol|Could not resolve host|No route to host|Network is unreachable/i,
  /dial tcp[^\n]*|i\/o timeout|TLS handshake timeout|unexpected EOF|malformed (?:HTTP|module path response)/,
  /spurious network error|download of config\.json failed|failed to (?:fetch|query replaced source|download from)/i,
  /Could not transfer (?:artifact|metadata)|checksum mismatch/i,
];

/** Do a failed step's last lines say that a registry was at fault, and not the app? */
export function blamesRegistry(lines: readonly string[]): boolean {
  const text = lines.join('\n');
  return REGISTRY_FAULTS.some((pattern) => pattern.test(text));
}
