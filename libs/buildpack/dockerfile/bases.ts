import { parseDockerfile, type ParsedInstruction } from './parse.js';
import { stagesOf } from './stages.js';

/** One place of a Dockerfile that names an image from outside. */
interface Mention {
  image: string;
  instruction: ParsedInstruction;
}

/** Images from outside that a build needs, each once, in their order: those of FROM, and those that COPY --from names. `text`: as rewriteDockerfile writes it. */
export function baseImages(text: string): string[] {
  return [...new Set(mentions(text).map(({ image }) => image))];
}

/** The same Dockerfile with images replaced by others; what is not in `by` stays. Lines keep their numbers. */
export function replaceBases(text: string, by: ReadonlyMap<string, string>): string {
  const lines = text.split(/\r\n|\n/);
  for (const { image, instruction } of mentions(text)) {
    const other = by.get(image);
    if (other === undefined) continue;
    const { line, endLine, keyword } = instruction;
    if (keyword === 'FROM') {
      lines[line - 1] = fromLine(instruction, other);
      for (let at = line; at < endLine; at += 1) lines[at] = '#';
    } else {
      for (let at = line - 1; at < endLine; at += 1)
        lines[at] = (lines[at] ?? '').replaceAll(`--from=${image} `, `--from=${other} `);
    }
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
    const own = isOurs(stage.base) ? [] : [{ image: stage.base, instruction: stage.from }];
    const copied = stage.instructions.flatMap((instruction) =>
      instruction.keyword !== 'COPY'
        ? []
        : instruction.flags
            .filter(({ name, value }) => name === 'from' && !isOurs(value))
            .map(({ value }) => ({ image: value, instruction })),
    );
    names.add((stage.name ?? String(index)).toLowerCase());
    return [...own, ...copied];
  });
}
