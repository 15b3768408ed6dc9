/** Headers of an answer, names in lower case. */
export type AnswerHeaders = Readonly<Record<string, string | string[] | undefined>>;

/**
 * Why a browser would not show this answer in a frame of a page of `origin`: the header that says so, or null. As browsers do it:
 * `frame-ancestors` of every Content-Security-Policy counts, and where there is one, X-Frame-Options does not. Only what surely
 * allows counts as allowing.
 */
export function framingRefusal(headers: AnswerHeaders, origin: string): string | null {
  const ancestors = textOf(headers['content-security-policy'])
    .split(',')
    .flatMap((policy) => directiveOf(policy, 'frame-ancestors') ?? []);
  for (const directive of ancestors)
    if (!directive.some((source) => allows(source, new URL(origin))))
      return `Content-Security-Policy: frame-ancestors ${directive.join(' ')}`;
  if (ancestors.length > 0) return null;
  const options = textOf(headers['x-frame-options']);
  return /\b(?:deny|sameorigin)\b/i.test(options) ? `X-Frame-Options: ${options}` : null;
}

function textOf(value: string | string[] | undefined): string {
  return (Array.isArray(value) ? value.join(', ') : (value ?? '')).slice(0, 8_192);
}

/** The sources of a directive, as a list of one; undefined where the policy does not have it. */
function directiveOf(policy: string, name: string): [string[]] | undefined {
  const words = policy.split(';').map((directive) => directive.trim().split(/\s+/));
  const found = words.find(([first]) => first?.toLowerCase() === name);
  return found && [found.slice(1)];
}

/** Host sources with ports and paths are compared as whole origins; anything finer counts as a refusal. */
function allows(source: string, { protocol, host, origin }: URL): boolean {
  const lower = source.toLowerCase();
  return [
    '*',
    origin,
    `${origin}/`,
    host,
    protocol,
    ...parentsOf(host).flatMap((parent) => [`*.${parent}`, `${protocol}//*.${parent}`]),
  ].includes(lower);
}

/** Of `a.b.c:80`: `b.c:80` and `c:80`. */
function parentsOf(host: string): string[] {
  const labels = host.split('.');
  return labels.slice(1).map((_, index) => labels.slice(index + 1).join('.'));
}
