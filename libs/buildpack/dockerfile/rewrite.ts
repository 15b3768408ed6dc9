import { isCacheMount, mountOptions } from './checks.js';
import { linesOf, type ParsedDockerfile, type ParsedInstruction } from './parse.js';
import type { Stage } from './stages.js';

/**
 * The Dockerfile as it is built: the author's text with four changes. A `# syntax=` line is emptied, so that the Engine's own frontend is used
 * and nothing is fetched from a registry for it. Each instruction stands on one line, its last, and each FROM names its image without variables, so that no
 * Engine can read them otherwise than they were read for the checks. And each cache mount gets an id of this app alone, since
 * BuildKit shares equal ids among all builds of the host.
 */
export function rewriteDockerfile(
  text: string,
  dockerfile: ParsedDockerfile,
  stages: readonly Stage[],
  appId: string,
): string {
  const lines = linesOf(text);
  const bases = new Map(stages.map(({ from, base }) => [from, base]));
  for (const instruction of dockerfile.instructions) {
    const { line, endLine } = instruction;
    const base = bases.get(instruction);
    const written = base === undefined ? withOwnCaches(instruction, appId) : withBase(instruction, base);
    if (line === endLine && written === lines[line - 1]?.trim()) continue;
    for (let at = line; at < endLine; at += 1) lines[at - 1] = '';
    lines[endLine - 1] = written;
  }
  return withoutSyntax(lines, dockerfile).join('\n');
}

/** The FROM with its image as it was checked. */
function withBase({ keyword, flags, rest, text }: ParsedInstruction, base: string): string {
  const [image = '', ...others] = rest.split(/\s+/);
  return image === base ? text : instructionText({ keyword, flags, rest: [base, ...others].join(' ') });
}

/** The instruction with an id of the app's own in each cache mount. */
function withOwnCaches({ keyword, flags, rest, text }: ParsedInstruction, appId: string): string {
  if (keyword !== 'RUN' || !flags.some(isCacheMount)) return text;
  const scoped = flags.map((flag) =>
    isCacheMount(flag) ? { ...flag, value: scopedMount(flag.value, appId) } : flag,
  );
  return instructionText({ keyword, flags: scoped, rest });
}

/** An instruction on one line. */
export function instructionText({
  keyword,
  flags,
  rest,
}: Pick<ParsedInstruction, 'keyword' | 'flags' | 'rest'>): string {
  return [keyword, ...flags.map(({ name, value }) => `--${name}=${value}`), rest].join(' ');
}

/** The same options with an id below the app's own. */
function scopedMount(value: string, appId: string): string {
  const options = mountOptions(value);
  const named = new Map(options);
  const name = named.get('id') ?? named.get('target') ?? named.get('dst') ?? named.get('destination') ?? '';
  const others = value.split(',').filter((option) => !/^id(?:=|$)/i.test(option));
  return [...others, `id=berth-${appId}-${name}`].join(',');
}

/**
 * Directives count only at the very top, so a line that is none ends them. `# escape=` must stay above that line.
 */
function withoutSyntax(lines: string[], { syntax, escape }: ParsedDockerfile): string[] {
  if (syntax === null) return lines;
  const neutral = '# The Engine’s own Dockerfile syntax is used.';
  const rest = lines
    .slice(syntax.line)
    .map((line) => (/^\s*(?:#|\/\/)\s*syntax\s*=/i.test(line) ? '#' : line));
  const head = lines.slice(0, syntax.line - 1).filter((line) => !line.startsWith('#!'));
  const kept = head.filter((line) => !/^\s*#\s*escape\s*=/i.test(line));
  return escape === '`' ? ['# escape=`', neutral, ...kept, ...rest] : [...kept, neutral, ...rest];
}
