import { mountOptions, refusal } from './checks.js';
import type { ParsedDockerfile, ParsedInstruction } from './parse.js';

/**
 * The Dockerfile as it is built: the author's text, line by line, with two changes. A `# syntax=` line is emptied, so that
 * the Engine's own frontend is used and nothing is fetched from a registry for it; and each cache mount gets an id of this
 * app alone, since BuildKit shares equal ids among all builds of the host.
 */
export function rewriteDockerfile(text: string, dockerfile: ParsedDockerfile, appId: string): string {
  const lines = text.replace(/^\ufeff/, '').split(/\r\n|\n/);
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword !== 'RUN') continue;
    for (const flag of instruction.flags) {
      if (flag.name !== 'mount' || new Map(mountOptions(flag.value)).get('type') !== 'cache') continue;
      replaceMount(lines, instruction, flag.value, appId);
    }
  }
  return withoutSyntax(lines, dockerfile).join('\n');
}

function replaceMount(lines: string[], instruction: ParsedInstruction, value: string, appId: string): void {
  const before = `--mount=${value}`;
  for (let index = instruction.line - 1; index < instruction.endLine; index += 1) {
    const line = lines[index] ?? '';
    const at = line.indexOf(before);
    if (at === -1 || /^\s*#/.test(line)) continue;
    lines[index] =
      `${line.slice(0, at)}--mount=${scopedMount(value, appId)}${line.slice(at + before.length)}`;
    return;
  }
  throw refusal(
    'dockerfile_mount',
    instruction.line,
    'a cache mount spreads over several lines',
    'Write each --mount on one line.',
  );
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
