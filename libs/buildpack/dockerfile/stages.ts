import type { ParsedDockerfile, ParsedInstruction } from './parse.js';

export interface Stage {
  /** The image or stage that it starts from, variables expanded where that is possible. */
  base: string;
  name: string | null;
  from: ParsedInstruction;
  instructions: ParsedInstruction[];
}

/** The stages of a Dockerfile in their order; global ARGs, with the values of `args` or their defaults, expanded in FROM. */
export function stagesOf(dockerfile: ParsedDockerfile, args: Readonly<Record<string, string>> = {}): Stage[] {
  const stages: Stage[] = [];
  const given = new Map(Object.entries(args));
  const globals = new Map<string, string>();
  for (const instruction of dockerfile.instructions) {
    if (instruction.keyword === 'FROM') {
      const match = /^(\S+)(?:\s+AS\s+(\S+))?/i.exec(instruction.rest);
      stages.push({
        base: expand(match?.[1] ?? '', globals),
        name: match?.[2]?.toLowerCase() ?? null,
        from: instruction,
        instructions: [],
      });
    } else if (stages.length === 0) {
      if (instruction.keyword === 'ARG') declare(instruction.rest, globals, given);
    } else {
      stages.at(-1)?.instructions.push(instruction);
    }
  }
  return stages;
}

/**
 * Instructions of the last stage after its FROM, those of the stages that it grows out of first; and the image at the
 * bottom.
 */
export function finalInstructions(stages: Stage[]): { base: string; instructions: ParsedInstruction[] } {
  const last = stages.at(-1);
  if (last === undefined) return { base: '', instructions: [] };
  let { base } = last;
  const grown = [last.instructions];
  for (const parent of stages.slice(0, -1).reverse()) {
    if (parent.name !== base.toLowerCase()) continue;
    grown.unshift(parent.instructions);
    base = parent.base;
  }
  return { base, instructions: grown.flat() };
}

function declare(rest: string, variables: Map<string, string>, given: ReadonlyMap<string, string>): void {
  for (const match of rest.matchAll(/([A-Za-z_][A-Za-z0-9_]*)(?:=("[^"]*"|'[^']*'|\S*))?/g)) {
    const name = match[1] as string;
    const byDefault = (match[2] ?? '').replace(/^(["'])(.*)\1$/, '$2');
    variables.set(name, given.get(name) ?? expand(byDefault, variables));
  }
}

/** Variables that BuildKit sets itself for every build. */
const architecture = process.arch === 'arm64' ? 'arm64' : 'amd64';
const platform: ReadonlyMap<string, string> = new Map(
  ['TARGET', 'BUILD'].flatMap((whose) => [
    [`${whose}PLATFORM`, `linux/${architecture}`],
    [`${whose}OS`, 'linux'],
    [`${whose}ARCH`, architecture],
  ]),
);

/** `$NAME`, `${NAME}`, `${NAME:-default}`, `${NAME:+other}`. Unknown forms stay, so that a check can refuse them. */
export function expand(text: string, variables: ReadonlyMap<string, string>): string {
  return text.replace(
    /\$(?:([A-Za-z_][A-Za-z0-9_]*)|\{([A-Za-z_][A-Za-z0-9_]*)(?::?([-+])([^${}]*))?\})/g,
    (_, plain?: string, braced?: string, operator?: string, word?: string) => {
      const name = (plain ?? braced) as string;
      const value = variables.get(name) ?? platform.get(name) ?? '';
      if (operator === '-') return value === '' ? (word ?? '') : value;
      if (operator === '+') return value === '' ? '' : (word ?? '');
      return value;
    },
  );
}
