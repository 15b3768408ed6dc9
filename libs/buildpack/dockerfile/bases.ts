import { mountOptions } from './checks.js';
import { parseDockerfile, type ParsedInstruction } from './parse.js';
import { instructionText } from './rewrite.js';
import { stagesOf } from './stages.js';

/** One place of a Dockerfile that names an image from outside: a FROM, or a flag. */
interface Mention {
  image: string;
  instruction: ParsedInstruction;
  flag: ParsedInstruction['flags'][number] | null;
}

/**
 * Images from outside that a build needs, each once, in their order: those of FROM, COPY --from and RUN --mount=from=.
 * `text`: as rewriteDockerfile writes it.
 */
export function baseImages(text: string): string[] {
  return [...new Set(mentions(text).map(({ image }) => image))];
}

/** The same Dockerfile with images replaced by others; what is not in `by` stays. Lines keep their numbers. */
export function replaceBases(text: string, by: ReadonlyMap<string, string>): string {
  const lines = text.split(/\r\n|\n/);
  for (const { image, instruction, flag } of mentions(text)) {
    const other = by.get(image);
    if (other === undefined) continue;
    if (flag !== null) flag.value = withSource(flag, other);
    const { line, endLine } = instruction;
    lines[line - 1] = flag === null ? fromLine(instruction, other) : instructionText(instruction);
    for (let at = line; at < endLine; at += 1) lines[at] = '#';
  }
  return lines.join('\n');
}

/** A platform that was asked for goes: the other image is of this host's kind. */
function fromLine({ rest }: ParsedInstruction, image: string): string {
  const [, name] = /^\S+\s+AS\s+(\S+)/i.exec(rest) ?? [];
  return name === undefined ? `FROM ${image}` : `FROM ${image} AS ${name}`;
}

function mentions(text: string): Mention[] {
  const stages = stagesOf(parseDockerfile(text));
  const names = new Set<string>();
  return stages.flatMap((stage, index) => {
    const isOurs = (image: string) =>
      names.has(image.toLowerCase()) ||
      image === 'scratch' ||
      image === '' ||
      /^\d+$/.test(image) ||
      image.includes('$');
    const own = { image: stage.base, instruction: stage.from, flag: null };
    const taken = stage.instructions.flatMap((instruction) =>
      instruction.flags.map((flag) => ({ image: sourceOf(instruction, flag), instruction, flag })),
    );
    const found = [own, ...taken].filter(({ image }) => !isOurs(image));
    names.add((stage.name ?? String(index)).toLowerCase());
    return found;
  });
}

/** What a flag takes files from; nothing for most flags. */
function sourceOf(
  { keyword }: ParsedInstruction,
  { name, value }: ParsedInstruction['flags'][number],
): string {
  if (keyword === 'COPY' && name === 'from') return value;
  return (keyword === 'RUN' && name === 'mount' && new Map(mountOptions(value)).get('from')) || '';
}

function withSource({ name, value }: ParsedInstruction['flags'][number], image: string): string {
  return name === 'from' ? image : value.replaceAll(/(?<=^|,)from=[^,]*/gi, `from=${image}`);
}
