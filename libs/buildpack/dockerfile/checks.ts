import type { ErrorCode } from '#libs/core/error-codes.js';
import { BerthError } from '#libs/core/errors.js';
import { hasHeredocs, type ParsedDockerfile, type ParsedInstruction } from './parse.js';
import { expand, type Stage } from './stages.js';

/** Refuses what a Dockerfile may not do on a shared host. Throws BerthError with line, reason and fix. */
export function checkDockerfile(dockerfile: ParsedDockerfile, stages: Stage[]): void {
  checkSyntax(dockerfile);
  checkEnds(dockerfile);
  checkOrder(dockerfile);
  checkArgs(dockerfile);
  if (stages.length === 0) {
    throw refusal(
      'dockerfile_invalid',
      1,
      'there is no FROM',
      'Begin with the image to build on, as in "FROM debian:trixie".',
    );
  }
  const names = new Set<string>();
  for (const stage of stages) {
    checkReading(stage.from);
    checkBase(stage.base, stage.from.line, names);
    stage.instructions.forEach((instruction) => checkInstruction(instruction, names));
    // A name of another form is an image: no Engine takes it for a stage.
    if (stage.name !== null && /^[a-z][a-z0-9._-]*$/.test(stage.name)) names.add(stage.name);
  }
}

/** BuildKit says of this only that there is no stage. */
function checkOrder({ instructions }: ParsedDockerfile): void {
  const early = instructions.slice(
    0,
    Math.max(
      0,
      instructions.findIndex(({ keyword }) => keyword === 'FROM'),
    ),
  );
  const odd = early.find(({ keyword }) => keyword !== 'ARG');
  if (odd === undefined) return;
  throw refusal(
    'dockerfile_invalid',
    odd.line,
    `${odd.keyword} stands before the first FROM`,
    'Only ARG may. Move it below.',
  );
}

/** What stands above the first FROM may name images there. BuildKit takes quotes off wherever they are: such a default is not for reading. */
function checkArgs({ instructions }: ParsedDockerfile): void {
  const first = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const plain = /^(?:\w+(?:=(?:"[^"\\`]*"|'[^'\\`$]*'|[^\s"'\\`]*))?(?:\s+|$))*$/;
  for (const { keyword, rest, line } of instructions.slice(0, Math.max(0, first))) {
    if (keyword !== 'ARG' || plain.test(rest)) continue;
    throw refusal(
      'dockerfile_arg',
      line,
      `"ARG ${rest.slice(0, 60)}" has a default that cannot be told before the build`,
      'Write it plainly, as in ARG NODE=22.',
    );
  }
}

/**
 * Checks instructions that are none of the file's stages: the lines of here-documents as an Engine reads them that knows none, and what a base image has
 * the build do (ONBUILD). Throws as checkDockerfile does.
 */
export function checkLoose(instructions: readonly ParsedInstruction[], stages: readonly Stage[]): void {
  const names = new Set(stages.flatMap(({ name }) => name ?? []));
  for (const instruction of instructions) {
    const [base = ''] = instruction.rest.split(/\s+/);
    if (instruction.keyword === 'FROM' && isHostRegistry(base)) checkBase(base, instruction.line, names);
    checkInstruction(instruction, names);
    // It would be built as it stands, with an id that all apps share.
    if (instruction.flags.some(isCacheMount))
      throw refusal(
        'dockerfile_mount',
        instruction.line,
        'a cache mount stands where Berth cannot keep it to this app',
        'Take it out of the here-document or the base image.',
      );
  }
}

/** Is it Docker's own frontend, which the Engine has built in? */
export function isDockersFrontend(syntax: string): boolean {
  return /^(?:docker\.io\/)?docker\/dockerfile(?::[\w.-]+)?(?:@sha256:[0-9a-f]{64})?$/.test(syntax);
}

function checkSyntax({ syntax }: ParsedDockerfile): void {
  if (syntax === null || isDockersFrontend(syntax.value)) return;
  throw refusal(
    'dockerfile_frontend',
    syntax.line,
    `"syntax=${syntax.value.slice(0, 80)}" would run a foreign program as the builder`,
    'Remove that line; Berth builds with the Dockerfile syntax of the Engine.',
  );
}

/** Registries on the host itself hold other teams' images. */
function checkBase(base: string, line: number, stages: ReadonlySet<string>): void {
  if (stages.has(base.toLowerCase()) || base === 'scratch') return;
  if (/^$|\$|[:@]$/.test(base)) {
    throw refusal(
      'dockerfile_base',
      line,
      'the image name cannot be told before the build',
      'Write the image out, or give its ARG a default above the first FROM.',
    );
  }
  if (/["'`\\]/.test(base)) {
    throw refusal(
      'dockerfile_base',
      line,
      `the image ${base.slice(0, 80)} has quotes in it`,
      'Write it plainly.',
    );
  }
  if (isHostRegistry(base)) {
    throw refusal(
      'dockerfile_base',
      line,
      `${base} lies in this host's own registry, which holds the images of all teams`,
      'Name an image of a public registry.',
    );
  }
}

function isHostRegistry(image: string): boolean {
  const host = image.includes('/') ? (image.split('/')[0] as string) : '';
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[|\]$/g, '')
    .toLowerCase();
  return /^(?:localhost|.*\.localhost|127\..*|0|0\..*|0x.*|\d+|::1|::|::ffff:.*|host\.docker\.internal)$/.test(
    name,
  );
}

function checkInstruction(instruction: ParsedInstruction, stages: ReadonlySet<string>): void {
  const { keyword, rest, line } = instruction;
  checkReading(instruction);
  if (keyword === 'ONBUILD') {
    throw refusal(
      'dockerfile_onbuild',
      line,
      'ONBUILD has no effect in the image of an app',
      'Remove that line.',
    );
  }
  if (keyword === 'ADD') checkAdd(rest, line);
  for (const flag of instruction.flags) {
    const value = unquoted(flag.value);
    if (flag.name === 'from') checkSourceStage(value, line, stages);
    if (keyword === 'RUN' && flag.name === 'mount') checkMount(value, line, stages);
    if (
      keyword === 'RUN' &&
      (flag.name === 'security' || (flag.name === 'network' && value !== 'none' && value !== 'default'))
    ) {
      throw refusal(
        'dockerfile_privilege',
        line,
        `--${flag.name}=${value} would leave the build's sandbox`,
        `Remove "--${flag.name}".`,
      );
    }
  }
}

/** Two of the characters that continue a line, at its end, are one to some Engines and none to others. */
function checkEnds({ instructions, escape }: ParsedDockerfile): void {
  const odd = instructions.find(({ text }) => text.endsWith('\\') || (escape === '`' && text.endsWith('`')));
  if (odd === undefined) return;
  throw refusal(
    'dockerfile_line',
    odd.endLine,
    'the instruction ends in a character that would continue it, which Engines read differently',
    'End it with another character, or continue it with a single one.',
  );
}

/** Flags of COPY and ADD that may stand without a value. */
const SWITCHES = new Set(['link', 'parents', 'keep-git-dir', 'unpack']);

/**
 * Refuses what one Engine reads otherwise than another, or than we do: what is checked has to be what is built. BuildKit takes quotes and backslashes out of
 * flags and looks for the spaces between them byte by byte (the second one of "à" is one, a byte order mark is none); some versions take a flag's value from
 * the next word, and versions differ on the names of here-documents.
 */
function checkReading(instruction: ParsedInstruction): void {
  const { flags, rest, text, line } = instruction;
  const head = text.slice(0, text.length - rest.length);
  const odd = flags.find(
    ({ name, value }) =>
      /["'\\`]/.test(name === 'mount' ? value : unquoted(value)) || (value === '' && !SWITCHES.has(name)),
  );
  if (odd !== undefined || /^--\S/.test(rest) || /[^\t -~]/.test(head))
    throw refusal(
      'dockerfile_flag',
      line,
      `"${odd ? `--${odd.name}` : text.slice(0, 60)}" is not written as --name=value`,
      'Write each flag as --name=value, of ASCII characters, without quotes and backslashes.',
    );
  if (hasHeredocs(instruction)) checkHeredocs(rest, line);
}

function checkHeredocs(rest: string, line: number): void {
  const odd = rest.split(/\s+/).find((word) => /^\d*<<-?[^<\s]*[\\`#]/.test(word));
  if (odd === undefined) return;
  throw refusal(
    'dockerfile_heredoc',
    line,
    `"${odd.slice(0, 60)}" is no plain name for the end of a here-document`,
    'Use a name of letters, such as <<EOF.',
  );
}

/** BuildKit itself fetches such addresses, from the host's own network, where loopback is the platform. */
function checkAdd(rest: string, line: number): void {
  // BuildKit takes quotes off wherever they are.
  const suspect = rest
    .replace(/["']/g, '')
    .split(/[[\],\s]+/)
    .find((word) => /:\/\/|^[^/]*@[^/]*:|^github\.com\/|[$\\`]/i.test(word));
  if (suspect === undefined) return;
  throw refusal(
    'dockerfile_add',
    line,
    `ADD of "${suspect.slice(0, 80)}" would be fetched by the host itself`,
    'Use COPY for files of the app; use RUN with curl or git for files of the network.',
  );
}

function checkSourceStage(value: string, line: number, stages: ReadonlySet<string>): void {
  if (/^\d+$/.test(value)) return;
  checkBase(expand(value, new Map()) === value ? value : '$', line, stages);
}

/** Cache mounts get an id of the app's own in `rewrite.ts`; here only what cannot be allowed at all. */
function checkMount(value: string, line: number, stages: ReadonlySet<string>): void {
  const options = new Map(mountOptions(value));
  const source = options.get('from');
  if (source !== undefined) checkSourceStage(source, line, stages);
  const type = mountType(options);
  if (type.includes('$') || value.includes('"')) {
    throw refusal(
      'dockerfile_mount',
      line,
      `the type of "--mount=${value.slice(0, 80)}" cannot be told before the build`,
      'Write it without variables and quotes.',
    );
  }
  if (type === 'secret' || type === 'ssh') {
    throw refusal(
      'dockerfile_mount',
      line,
      `--mount=type=${type} needs a secret that Berth does not hand to builds`,
      'Read what you need when the app starts, from its config.',
    );
  }
}

/** BuildKit reads it whatever its case. */
function mountType(options: ReadonlyMap<string, string>): string {
  return (options.get('type') ?? 'bind').toLowerCase();
}

export function isCacheMount({ name, value }: ParsedInstruction['flags'][number]): boolean {
  return name === 'mount' && mountType(new Map(mountOptions(value))) === 'cache';
}

/** Options of a mount in their order, names in lower case. */
export function mountOptions(value: string): [name: string, value: string][] {
  return value.split(',').map((option) => {
    const at = option.indexOf('=');
    return at === -1 ? [option.toLowerCase(), ''] : [option.slice(0, at).toLowerCase(), option.slice(at + 1)];
  });
}

function unquoted(text: string): string {
  return text.replace(/^(["'])(.*)\1$/, '$2');
}

export function refusal(code: ErrorCode, line: number, why: string, fix: string): BerthError {
  return new BerthError(code, `Dockerfile, line ${line}: ${why}. ${fix}`, {
    details: { file: 'Dockerfile', line },
  });
}
