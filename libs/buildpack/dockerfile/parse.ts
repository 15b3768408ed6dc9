import { BerthError } from '#libs/core/errors.js';

/** One instruction of a Dockerfile as its author wrote it. */
export interface ParsedInstruction {
  /** Upper case: FROM, RUN, … */
  keyword: string;
  /** Flags such as `--from=build`, without the dashes. */
  flags: { name: string; value: string }[];
  /** What follows the keyword and its flags, continuation lines joined as BuildKit joins them: with nothing in between. */
  rest: string;
  /** The whole instruction on one line. */
  text: string;
  /** First and last line in the file, from 1; here-documents not counted. */
  line: number;
  endLine: number;
}

export interface ParsedDockerfile {
  /** Value of `# syntax=` (or one of its other spellings) with its line; null when there is none. */
  syntax: { value: string; line: number } | null;
  escape: '\\' | '`';
  instructions: ParsedInstruction[];
}

const DIRECTIVE = /^\s*(?:#|\/\/)\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*([^]+?)\s*$/;
const KEYWORDS = new Set(
  (
    'ADD ARG CMD COPY ENTRYPOINT ENV EXPOSE FROM HEALTHCHECK LABEL MAINTAINER ONBUILD RUN SHELL STOPSIGNAL USER ' +
    'VOLUME WORKDIR'
  ).split(' '),
);
const KEYWORD = /^([A-Za-z]+)(?:\s+([\s\S]*))?$/;
const HEREDOC = /(?<![<\w])\d*<<-?(["']?)([A-Za-z_][A-Za-z0-9_.-]*)\1/g;

/**
 * Reads what the checks and the report need: directives, instructions, flags, continuation lines. It is not a build
 * engine: values are left as they are written.
 */
export function parseDockerfile(text: string): ParsedDockerfile {
  const lines = linesOf(text);
  const directives = readDirectives(lines);
  const ends = heredocEnds(lines);
  const instructions: ParsedInstruction[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    if (isBlank(lines[index])) continue;
    const { joined, last } = joinFrom(lines, index, directives.escape);
    const instruction = toInstruction(joined, index + 1, last + 1);
    instructions.push(instruction);
    index = hasHeredocs(instruction) ? skipHeredocs(ends, last, instruction.rest) : last;
  }
  return { ...directives, instructions };
}

/**
 * The instructions of an Engine that knows no here-documents, to which the lines of one are instructions like others. Lines that are none are left
 * out: such an Engine refuses them.
 */
export function withoutHeredocs(text: string): ParsedInstruction[] {
  const lines = linesOf(text);
  const { escape } = readDirectives(lines);
  const instructions: ParsedInstruction[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    if (isBlank(lines[index])) continue;
    const { joined, last } = joinFrom(lines, index, escape);
    const [, word = ''] = KEYWORD.exec(joined) ?? [];
    if (KEYWORDS.has(word.toUpperCase())) instructions.push(toInstruction(joined, index + 1, last + 1));
    index = last;
  }
  return instructions;
}

export function linesOf(text: string): string[] {
  return text.replace(/^\ufeff/, '').split(/\r\n|\n/);
}

/** One instruction that begins at a line, with the lines that continue it; comments and empty lines between them are left out. */
function joinFrom(
  lines: readonly string[],
  first: number,
  escape: ParsedDockerfile['escape'],
): { joined: string; last: number } {
  const continuation = escape === '`' ? /`[ \t]*$/ : /\\[ \t]*$/;
  let joined = '';
  for (let index = first; ; index += 1) {
    const line = lines[index] ?? '';
    const skipped = index > first && isBlank(line);
    if (!skipped) joined += line.replace(continuation, '');
    const isLast = index + 1 >= lines.length || !(skipped || continuation.test(line));
    if (isLast) return { joined: joined.trim(), last: index };
  }
}

function readDirectives(lines: string[]): Pick<ParsedDockerfile, 'syntax' | 'escape'> {
  let syntax: ParsedDockerfile['syntax'] = null;
  let escape: ParsedDockerfile['escape'] = '\\';
  for (const [index, line] of lines.entries()) {
    if (index === 0 && line.startsWith('#!')) continue;
    const match = DIRECTIVE.exec(line);
    if (match === null) break;
    const name = (match[1] as string).toLowerCase();
    if (name === 'syntax') syntax ??= { value: match[2] as string, line: index + 1 };
    if (name === 'escape' && match[2] === '`') escape = '`';
  }
  return { syntax, escape };
}

function isBlank(line: string | undefined): boolean {
  return line === undefined || line.trim() === '' || isComment(line);
}

function isComment(line: string): boolean {
  return /^\s*#/.test(line);
}

function toInstruction(joined: string, line: number, endLine: number): ParsedInstruction {
  const match = KEYWORD.exec(joined);
  if (match === null) {
    throw new BerthError(
      'dockerfile_invalid',
      `Dockerfile, line ${line}: "${joined.slice(0, 60)}" is not an instruction such as FROM, COPY or RUN. Correct that line and push again.`,
      { details: { file: 'Dockerfile', line } },
    );
  }
  let rest = (match[2] ?? '').trim();
  const flags: ParsedInstruction['flags'] = [];
  for (;;) {
    const flag = /^--([a-z-]+)(?:=("[^"]*"|'[^']*'|\S*))?(?:\s+|$)/.exec(rest);
    if (flag === null) break;
    flags.push({ name: flag[1] as string, value: flag[2] ?? '' });
    rest = rest.slice(flag[0].length);
  }
  return { keyword: (match[1] as string).toUpperCase(), flags, rest, text: joined, line, endLine };
}

/** Does a here-document begin here? */
export function beginsHeredoc(instruction: ParsedInstruction): boolean {
  return hasHeredocs(instruction) && instruction.rest.search(HEREDOC) >= 0;
}

/** Only these may have here-documents. */
export function hasHeredocs({ keyword }: ParsedInstruction): boolean {
  return ['RUN', 'COPY', 'ADD'].includes(keyword);
}

/**
 * Where each line stands that could end a here-document, by its text; the first place last. Reading goes forward only, so a place that was passed is
 * dropped, and a Dockerfile costs one look at each line, however many here-documents it begins.
 */
function heredocEnds(lines: readonly string[]): Map<string, number[]> {
  const places = [...lines.keys()].reverse();
  return Map.groupBy(places, (index) => (lines[index] as string).replace(/^\t+/, ''));
}

/** Index of the last line of an instruction's here-documents. */
function skipHeredocs(ends: ReadonlyMap<string, number[]>, index: number, rest: string): number {
  let at = index;
  for (const [, , name = ''] of rest.matchAll(HEREDOC)) {
    const places = ends.get(name) ?? [];
    while ((places.at(-1) ?? Infinity) <= at) places.pop();
    const end = places.at(-1);
    if (end === undefined) return at;
    at = end;
  }
  return at;
}
