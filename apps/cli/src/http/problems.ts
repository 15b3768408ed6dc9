import type { IncomingHttpHeaders } from 'node:http';
import type { Problem } from '#libs/contracts/api/common.js';
import type { ExitName } from '../frame/exit-codes.js';
import { Failure } from '../frame/failure.js';

/** What to do about the problems that people meet most; the platform's own sentence comes first. */
const remedies: Readonly<Record<string, string | readonly string[]>> = {
  unauthenticated: 'Sign in with `berth login`, or set BERTH_TOKEN.',
  app_not_found: '`berth apps` lists yours; `berth create NAME` makes one.',
  team_not_found: '`berth team list` shows your teams.',
  team_ambiguous: 'Name the team with --team or BERTH_TEAM; `berth team list` shows yours.',
  release_not_found: '`berth releases` lists them.',
  deployment_not_found: '`berth deployments` lists them.',
  domain_not_found: '`berth domains` lists them.',
  volume_not_found: '`berth volumes` lists them.',
  token_not_found: '`berth tokens` lists yours.',
  instance_not_found: '`berth ps` lists them.',
  job_not_found: '`berth jobs` lists them.',
  cron_not_found: '`berth cron` lists them.',
  webhook_not_found: '`berth webhooks` lists them.',
  drain_not_found: '`berth drains` lists them.',
  connection_not_found: '`berth connect APP URL` connects it with one.',
  route_not_found:
    'This platform may be older than this command: `berth status` and `berth --version` tell what each is.',
  no_release: '`berth deploy` makes the first one.',
  member_not_found: '`berth team members` lists them.',
  scope_too_narrow: '`berth login` again with a wider --scope, or use another token.',
  role_too_low: 'Ask an owner of the team: `berth team members` shows who that is.',
  app_taken: 'Choose another name: names are shared by the whole platform.',
};

/** Turns a refusal of the platform (or of something before it) into words for people. */
export function problemFailure(
  status: number,
  headers: IncomingHttpHeaders,
  text: string,
  url: string,
): Failure {
  const problem = parseProblem(headers, text);
  if (problem === null) return foreignAnswer(status, url);
  const fields = (problem.errors ?? []).map(
    ({ pointer, detail }) => `${pointer.replace(/^\//, '')}: ${detail}`,
  );
  // Where the platform's own sentence lists the fields too, they are said once.
  const repeats =
    fields.length > 0 && (problem.errors ?? []).every(({ detail }) => problem.detail.includes(detail));
  const [only = '', ...others] = fields;
  const alone = repeats && others.length === 0;
  return new Failure(alone ? only : repeats ? 'The platform does not take this.' : problem.detail, {
    code: problem.code,
    why: fields.length > 0 && !alone ? fields.join('\n') : null,
    todo: remedies[problem.code] ?? [],
    exit: exitFor(status),
  });
}

function parseProblem(headers: IncomingHttpHeaders, text: string): Problem | null {
  if (!/^application\/(problem\+)?json/.test(headers['content-type'] ?? '')) return null;
  try {
    const body = JSON.parse(text) as Partial<Problem>;
    return typeof body.detail === 'string' && typeof body.code === 'string' ? (body as Problem) : null;
  } catch {
    return null;
  }
}

/** Where a proxy stands between. */
const aboutProxy =
  'Is the proxy right? HTTPS_PROXY, HTTP_PROXY or ALL_PROXY names it, as http://USER:PASSWORD@HOST:PORT; NO_PROXY, what needs none.';

/** Not Berth's own words: a proxy between, a starting platform, or not a platform at all. */
function foreignAnswer(status: number, url: string): Failure {
  if (status === 407)
    return new Failure(`${url} cannot be reached.`, {
      why: 'The proxy between wants another user and password.',
      todo: aboutProxy,
      exit: 'unreachable',
      code: 'proxy_refused',
    });
  const starting = status === 502 || status === 503 || status === 504;
  return new Failure(`${url} answered ${status}, but not in Berth's words.`, {
    why: starting
      ? 'The platform is starting or stopped, or a proxy between cannot reach it.'
      : 'Something other than Berth answers at this address, or a proxy stands between.',
    todo: starting
      ? 'Try again in a moment; `berth status` tells more.'
      : 'Check the address: `berth whoami` shows it.',
    exit: status >= 400 && status < 500 ? exitFor(status) : 'unreachable',
    code: 'not_berth',
  });
}

function exitFor(status: number): ExitName {
  if (status === 401 || status === 403) return 'denied';
  if (status === 404) return 'missing';
  if (status === 429 || status === 503) return 'unreachable';
  return status >= 500 ? 'failed' : 'refused';
}

const reasons: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there.',
  ENOTFOUND: 'The name is not known.',
  EAI_AGAIN: 'The name cannot be looked up now.',
  ETIMEDOUT: 'There was no answer in time.',
  ECONNRESET: 'The connection broke.',
  EPIPE: 'The connection broke.',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'Its certificate is self-signed.',
  SELF_SIGNED_CERT_IN_CHAIN: 'Its certificate is signed by an authority that this machine does not know.',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE:
    'Its certificate is signed by an authority that this machine does not know.',
  CERT_HAS_EXPIRED: 'Its certificate has expired.',
  EPROTO: 'What answers there does not speak HTTPS; http:// may be meant.',
};

/** The connection itself failed. */
export function connectionFailure(error: unknown, url: URL, proxy: URL | null): Failure {
  const { code, message } = error as NodeJS.ErrnoException;
  const inner = (error as AggregateError).errors?.[0] as NodeJS.ErrnoException | undefined;
  const isOther = code?.startsWith('HPE_') ? 'What answers there does not speak HTTP.' : undefined;
  const known = reasons[code ?? ''] ?? reasons[inner?.code ?? ''] ?? isOther;
  const certificate = /CERT|VERIFY/.test(code ?? '');
  return new Failure(`${url.origin} cannot be reached.`, {
    why: [known ?? message, proxy && `The way goes through the proxy ${proxy.host}.`]
      .filter(Boolean)
      .join(' '),
    todo: certificate
      ? 'Name the authority with NODE_EXTRA_CA_CERTS=FILE if you trust it.'
      : [
          ...(proxy === null ? [] : [aboutProxy]),
          'Is the platform up? In its folder, `npm run status` tells, `npm start` starts it.',
          'Is it another address? `berth login --url URL`, or BERTH_URL.',
        ],
    exit: 'unreachable',
    code: 'unreachable',
    cause: error,
  });
}
