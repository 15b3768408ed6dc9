import { BerthError } from '#libs/core/errors.js';

/** One instruction of a Dockerfile as its author wrote it. */
export interface ParsedInstruction {
  /** Upper case: FROM, RUN, … */
  keyword: string;
  /** Flags such as `--from=build`, without the dashes. */
  flags: { name: string; value: string }[];
  /** The rest, continuation lines joined by a space. */
  rest: string;
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

const DIRECTIVE = /^\s*(?:#|\/\/)\s*([A-Za-z][A-Za-z0-9]*)\s*=\s*(.+?)\s*$/;
const HEREDOC = /(?<![<\w])\d*<<-?(["']?)([A-Za-z_][A-Za-z0-9_.-]*)\1/g;

/**
 * Reads what the checks and the report need: directives, instructions, flags, continuation lines. It is not a build
 * engine: values are left as they are written.
 */
export function parseDockerfile(text: string): ParsedDockerfile {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n/);
  const { syntax, escape } = readDirectives(lines);
  const instructions: ParsedInstruction[] = [];
  for (let index = 0; index < lines.length; index += 1) {
    if (isBlank(lines[index])) continue;
    const first = index;
    let joined = '';
    for (;;) {
      const line = lines[index] ?? '';
      const continued = line.trimEnd().endsWith(escape);
      if (!isComment(line)) joined += `${continued ? line.trimEnd().slice(0, -1) : line} `;
      if (!(continued || isComment(line)) || index + 1 >= lines.length) break;
      index += 1;
      while (index + 1 < lines.length && isBlank(lines[index])) index += 1;
    }
    const instruction = toInstruction(joined.trim(), first + 1, index + 1);
    instructions.push(instruction);
    if (['RUN', 'COPY', 'ADD'].includes(instruction.keyword))
      index = skipHeredocs(lines, index, instruction.rest);
  }
  return { syntax, escape, instructions };
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
  const match = /^([A-Za-z]+)(?:\s+([\s\S]*))?$/.exec(joined);
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
  return { keyword: (match[1] as string).toUpperCase(), flags, rest, line, endLine };
}

/** Index of the last line of an instruction's here-documents. */
function skipHeredocs(lines: string[], index: number, rest: string): number {
  let at = index;
  for (const match of rest.matchAll(HEREDOC)) {
    const end = lines.findIndex((line, candidate) => candidate > at && line.replace(/^\t+/, '') === match[2]);
    if (end === -1) return at;
    at = end;
  }
  return at;
}
