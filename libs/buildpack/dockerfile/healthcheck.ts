import type { PlanChoice } from '#libs/contracts/build-plan.js';
import type { ParsedInstruction } from './parse.js';

/** What becomes of a HEALTHCHECK. */
export interface Health {
  /** What Berth asks by HTTP instead; null: only whether the port answers. */
  path: string | null;
  choice: PlanChoice | null;
  warning: string | null;
}

const CHANGE = 'Write path = "…" under [health] in berth.toml.';

/**
 * The check that a Dockerfile brings, as the question that Berth asks before a release gets visitors: a command that only asks the app's own port for a page is that
 * question. Others are not run, and that is said.
 */
export function healthOf(instructions: readonly ParsedInstruction[], port: number | null): Health {
  const check = instructions.findLast(({ keyword }) => keyword === 'HEALTHCHECK')?.rest ?? 'NONE';
  if (/^NONE$/i.test(check)) return { path: null, choice: null, warning: null };
  const path = askedPath(check, port);
  if (path === null)
    return {
      path,
      choice: null,
      warning: `The command of HEALTHCHECK is not run: a release is ready once its port answers. ${CHANGE}`,
    };
  const why = 'It is what HEALTHCHECK asks; Berth asks it from outside before a release gets visitors.';
  return { path, choice: { what: 'Health check', value: `GET ${path}`, why, change: CHANGE }, warning: null };
}

/** `curl -f http://localhost:3000/health || exit 1` to `/health`; null for another port, or anything but one page of the app's own. */
function askedPath(check: string, port: number | null): string | null {
  const asked = [...check.matchAll(/\bhttps?:\/\/([^/\s"'|;&)]+)([^\s"'|;&)]*)/g)];
  const [, authority = '', path = ''] = asked[0] ?? [];
  const match = /^(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\])(?::(?:(\d+)|\$\{?PORT\b[^}]*\}?))?$/.exec(
    authority,
  );
  if (match === null || asked.length > 1 || !asked[0]?.[0].startsWith('http:')) return null;
  if (match[1] !== undefined && port !== null && Number(match[1]) !== port) return null;
  return /^(?:\/[\w./?=&~%+-]*)?$/.test(path) ? path || '/' : null;
}
