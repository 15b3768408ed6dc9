/**
 * The only way in which text becomes part of a Dockerfile. Names of files, commands and values come from strangers; here
 * they become arguments that cannot end their instruction, begin another or be expanded.
 */

/** One instruction, already text. Made by the functions below alone. */
export type Instruction = string & { readonly instruction: unique symbol };

/** `FROM <image> [AS <stage>]`. Throws RangeError for anything that is not an image reference or stage name. */
export function from(image: string, stage?: string): Instruction {
  if (!IMAGE.test(image)) throw new RangeError(`Not an image reference: ${JSON.stringify(image)}`);
  if (stage !== undefined && !/^[a-z][a-z0-9-]*$/.test(stage)) {
    throw new RangeError(`Not a stage name: ${JSON.stringify(stage)}`);
  }
  return (stage === undefined ? `FROM ${image}` : `FROM ${image} AS ${stage}`) as Instruction;
}

/** Registry host and port, path, tag, digest. */
const IMAGE =
  /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?(?::[0-9]+)?(?:\/[a-z0-9]+(?:[._-]+[a-z0-9]+)*)*(?::[A-Za-z0-9_][A-Za-z0-9._-]*)?(?:@sha256:[0-9a-f]{64})?$/;

/** An instruction with a JSON array of arguments: COPY, CMD, RUN, ENTRYPOINT in exec form; no shell reads it. */
function exec(head: string, args: readonly string[]): Instruction {
  return `${head} ${jsonArgs(args)}` as Instruction;
}

/**
 * A JSON array on one line. JSON escapes line breaks, quotes and backslashes itself; other characters that an editor or
 * parser may take for a line end are escaped besides. NUL cannot be an argument of any program.
 */
export function jsonArgs(args: readonly string[]): string {
  for (const arg of args) {
    if (arg.includes('\0')) throw new RangeError('An argument may not contain a NUL character.');
  }
  return JSON.stringify(args).replace(
    // eslint-disable-next-line no-control-regex
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** `CMD [..]` in exec form. */
export function cmd(args: readonly string[]): Instruction {
  return exec('CMD', args);
}

/** `ENTRYPOINT [..]` in exec form. */
export function entrypoint(args: readonly string[]): Instruction {
  return exec('ENTRYPOINT', args);
}

/** A folder that stays from one build to the next; its id begins with the app's, so that no other app's build sees it. */
export interface Cache {
  id: string;
  target: string;
  /** What it begins with: a folder of a stage. */
  seed?: { stage: string; folder: string };
}

/** `RUN [..]` in exec form, with cache folders. */
export function run(args: readonly string[], ...caches: readonly (Cache | undefined)[]): Instruction {
  const mounts = caches.filter((cache) => cache !== undefined).map(mount);
  return exec(['RUN', ...mounts].join(' '), args);
}

function mount(cache: Cache): string {
  if (!/^[A-Za-z0-9-]+$/.test(cache.id) || !/^\/[A-Za-z0-9._/-]+$/.test(cache.target)) {
    throw new RangeError(`Not a cache id and path: ${JSON.stringify(cache)}`);
  }
  const { seed } = cache;
  if (seed !== undefined && !/^[a-z][a-z0-9-]* \/[A-Za-z0-9._/-]+$/.test(`${seed.stage} ${seed.folder}`)) {
    throw new RangeError(`Not a stage and path: ${JSON.stringify(seed)}`);
  }
  const begins = seed === undefined ? '' : `,from=${seed.stage},source=${seed.folder}`;
  return `--mount=type=cache,id=${cache.id},target=${cache.target}${begins},uid=1000,gid=1000`;
}

/**
 * `COPY --chown=1000:1000 [..]`. Sources are exact names, not patterns; the Dockerfile's own variables are not expanded.
 */
export function copy(sources: readonly string[], destination: string, fromStage?: string): Instruction {
  const flag = fromStage === undefined ? '' : ` --from=${fromStage}`;
  const args = [...sources.map(copySource), expandSafe(destination)];
  return exec(`COPY${flag} --chown=1000:1000`, args);
}

/** Go's filepath.Match reads `*?[\` in sources; a backslash makes them plain. */
function copySource(path: string): string {
  return expandSafe(path.replace(/[\\*?[\]]/g, (character) => `\\${character}`));
}

/** COPY expands `$NAME` and takes quotes away even in its JSON form; a backslash makes each of these plain. */
function expandSafe(text: string): string {
  return text.replace(/[\\$'"]/g, (character) => `\\${character}`);
}

/** `ENV KEY="value"`; the value is taken as it is. */
export function env(key: string, value: string): Instruction {
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(key))
    throw new RangeError(`Not a variable name: ${JSON.stringify(key)}`);
  // eslint-disable-next-line no-control-regex
  if (/[\0\r\n]/.test(value))
    throw new RangeError('A value in a Dockerfile may not contain a line break or NUL.');
  return `ENV ${key}="${value.replace(/[\\"$]/g, (character) => `\\${character}`)}"` as Instruction;
}

/** One `ENV` for each variable. */
export function envs(values: Readonly<Record<string, string>>): Instruction[] {
  return Object.entries(values).map(([key, value]) => env(key, value));
}

/** `WORKDIR <path>` for a path of ours. */
export function workdir(path: string): Instruction {
  if (!/^\/[A-Za-z0-9._/-]*$/.test(path)) throw new RangeError(`Not a path of ours: ${JSON.stringify(path)}`);
  return `WORKDIR ${path}` as Instruction;
}

/** `USER 1000:1000`: the unprivileged user `app` of every stack. */
export function unprivileged(): Instruction {
  return 'USER 1000:1000' as Instruction;
}

/** The file whose last stage stands on `base`, after the stages that it copies from. */
export function imageText(
  stages: readonly Instruction[],
  base: string,
  finalStage: readonly { instruction: Instruction }[],
): string {
  return dockerfileText([...stages, from(base), ...finalStage.map(({ instruction }) => instruction)]);
}

/** The file: one instruction a line. */
export function dockerfileText(instructions: readonly Instruction[]): string {
  return `${instructions.join('\n')}\n`;
}
