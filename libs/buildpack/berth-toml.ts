import { parse, TomlError, type TomlTableWithoutBigInt } from 'smol-toml';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import { suggest } from '#libs/core/suggest.js';
import { mostVolumes, overlapOf } from '#libs/core/volumes.js';
import { berthToml, cronName, settingsOf, type BerthToml } from './berth-toml-schema.js';
import { noSettings, type Settings } from './settings.js';
import { tomlLines, type TomlLines } from './toml-lines.js';

/** Name of the file, in the root of the source. */
export const BERTH_TOML = 'berth.toml';

/** Reads berth.toml of a source. Throws BerthError `berth_toml_invalid` that names line and fix. */
export async function readBerthToml(
  files: { read(path: string): Promise<string | null> },
  path = BERTH_TOML,
): Promise<Settings> {
  const text = await files.read(path);
  return text === null ? noSettings : parseBerthToml(text);
}

/** The text of a berth.toml, checked against everything that may stand in it. */
export function parseBerthToml(text: string): Settings {
  const value = parseToml(text.replace(/^\ufeff/, ''));
  const parsed = berthToml.safeParse(value);
  const lines = tomlLines(text);
  if (!parsed.success) throw wrong(parsed.error.issues.map((issue) => problemOf(issue, lines, value)));
  const contradictions = contradictionsOf(parsed.data, lines);
  if (contradictions.length > 0) throw wrong(contradictions);
  return settingsOf(parsed.data);
}

function parseToml(text: string): TomlTableWithoutBigInt {
  try {
    return parse(text, { unsafeKeyBehaviour: 'throw', maxDepth: 20 });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what] = error.message.replace(/^Invalid TOML document: /, '').split('\n');
    throw wrong(
      [{ line: error.line, text: `column ${error.column}: this is not TOML (${what}). Correct that line` }],
      error,
    );
  }
}

interface Problem {
  line: number;
  text: string;
}

/** Each sentence of the schema says what is wrong and what to write; here it gets its subject and its line. */
function problemOf(issue: z.core.$ZodIssue, lines: TomlLines, value: TomlTableWithoutBigInt): Problem {
  if (issue.code === 'unrecognized_keys')
    return unknownKey(issue.path, issue.keys[0] as string, lines, value);
  // Zod hides the sentence about a record's key one level below.
  const message = issue.code === 'invalid_key' ? (issue.issues[0]?.message ?? issue.message) : issue.message;
  return { line: lines.of(issue.path), text: `${subject(issue.path, value)} ${message}` };
}

/** `[build] command`; `[build]` for a table itself. */
function subject(path: readonly PropertyKey[], value: TomlTableWithoutBigInt): string {
  const key = String(path.at(-1) ?? '');
  if (typeof path.at(-1) === 'number') return tableName(path);
  if (path.length === 1) return value[key] !== undefined && key in berthToml.shape ? `[${key}]` : key;
  return `${tableName(path.slice(0, -1))} ${shown(key)}`.trim();
}

function tableName(path: readonly PropertyKey[]): string {
  if (path.length === 0) return '';
  const name = `[${path
    .filter((part) => typeof part !== 'number')
    .map((part) => shown(String(part)))
    .join('.')}]`;
  return path.some((part) => typeof part === 'number') ? `[${name}]` : name;
}

/** Keys of other platforms' files, and what they are called here. */
const CALLED_HERE: Record<string, string> = {
  base: 'root',
  build_command: 'command',
  buildpacks: 'language',
  builder: 'language',
  builds: 'build',
  checks: 'health',
  environment: 'env',
  variables: 'env',
  http_service: 'start',
  nodejs: 'node',
  node_version: 'node',
  golang: 'go',
  jdk: 'java',
  internal_port: 'port',
  autoscaling: 'scale',
  min_machines_running: 'min',
  crons: 'cron',
  mounts: 'volumes',
  storage: 'volumes',
  tz: 'timezone',
  time_zone: 'timezone',
  url: 'path',
};

function unknownKey(
  path: readonly PropertyKey[],
  key: string,
  lines: TomlLines,
  value: TomlTableWithoutBigInt,
): Problem {
  const known = keysOf(path);
  const called = CALLED_HERE[key];
  const line = lines.of([...path, key]);
  const atTop = path.length === 0;
  const isTable = atTop && typeof value[key] === 'object';
  const name = isTable ? `[${shown(key)}]` : `${tableName(path)} ${shown(key)}`.trim();
  const isCalledHere = called !== undefined && known.includes(called);
  const elsewhere = [key, ...(called === undefined ? [] : [called])].find(
    (word) => tablesOf(word).length > 0,
  );
  if (!isCalledHere && elsewhere !== undefined) {
    const where = tablesOf(elsewhere).join(' or ');
    const as = elsewhere === key ? 'it' : elsewhere;
    return {
      line,
      text: `${name} is not known ${atTop ? 'outside of a table' : 'there'}; ${as} belongs under ${where}. Move it there`,
    };
  }
  const near = isCalledHere ? called : suggest(key, known, 1)[0];
  const named = (word: string) => (atTop ? `[${word}]` : word);
  const fix = near === undefined ? 'Correct or remove it' : `Did you mean ${named(near)}? Correct it`;
  return { line, text: `${name} is not known; there is ${known.map(named).join(', ')}. ${fix}` };
}

/** Tables, as they are written, in which this word is a key. */
function tablesOf(word: string): string[] {
  if (word in berthToml.shape) return [`[${word}] itself`];
  const paths = Object.keys(berthToml.shape).flatMap((table) => [
    [table],
    ...keysOf([table]).map((key) => [table, key]),
  ]);
  return paths
    .filter((path) => keysOf(path).includes(word))
    .map((path) => (path[0] === 'cron' ? '[[cron]]' : tableName(path)));
}

/** What may stand in the table of this path. */
function keysOf(path: readonly PropertyKey[]): string[] {
  let shape: Record<string, z.ZodType> = berthToml.shape;
  for (const part of path) {
    if (typeof part === 'number') continue;
    const inner = shape[String(part)];
    const outer: unknown = (inner as z.ZodPrefault<z.ZodObject> | undefined)?.unwrap?.();
    const unwrapped = outer instanceof z.ZodArray ? outer.element : outer;
    shape = (unwrapped as z.ZodObject | undefined)?.shape ?? {};
  }
  return Object.keys(shape);
}

/** Values that are right each by itself, and exclude each other. */
function contradictionsOf(
  { start, processes, sleep, scale, build, cron, volumes }: BerthToml,
  lines: TomlLines,
): Problem[] {
  const found: Problem[] = [];
  const add = (path: PropertyKey[], text: string) => found.push({ line: lines.of(path), text });
  if (start.command !== undefined && processes['web'] !== undefined)
    add(
      ['processes', 'web'],
      '[processes] web and [start] command both say how the app starts. Remove one of them',
    );
  const { freeze_after: freeze, stop_after: stop } = sleep;
  if (freeze !== undefined && stop !== undefined && stop < freeze)
    add(['sleep', 'stop_after'], '[sleep] stop_after is shorter than freeze_after. Write a longer duration');
  if (scale.min !== undefined && scale.max !== undefined && scale.max < scale.min)
    add(['scale', 'max'], '[scale] max is below min. Write a number that is not');
  const count = Object.keys(processes).length;
  if (count > 20) add(['processes'], '[processes] has more than 20 process types. Remove some');
  cronContradictions(cron, add);
  volumeContradictions(volumes, scale, add);
  if (build.dockerfile !== undefined && ![undefined, 'dockerfile'].includes(build.language))
    add(
      ['build', 'dockerfile'],
      `[build] dockerfile is not used when language = "${build.language}". Remove one of them`,
    );
  return found;
}

function cronContradictions(cron: BerthToml['cron'], add: (path: PropertyKey[], text: string) => void): void {
  const names = cron.map(cronName);
  for (const [at, { command, path, method }] of cron.entries()) {
    const name = names[at] ?? '';
    if ((command === undefined) === (path === undefined))
      add(['cron', at], '[[cron]] needs either a command or a path of the app. Write one of them');
    else if (names.indexOf(name) < at)
      add(
        ['cron', at],
        `[[cron]] "${shown(name)}" is there twice. Give one of them a name of its own: name = "…"`,
      );
    if (method !== undefined && path === undefined)
      add(['cron', at, 'method'], '[[cron]] method goes with a path. Remove it');
  }
}

function volumeContradictions(
  volumes: BerthToml['volumes'],
  { min = 0, max = 1 }: BerthToml['scale'],
  add: (path: PropertyKey[], text: string) => void,
): void {
  const names = Object.keys(volumes);
  if (names.length > mostVolumes)
    add(['volumes'], `[volumes] has more than ${mostVolumes} entries. Keep several folders in one`);
  const [name, other] = overlapOf(volumes) ?? [];
  if (name !== undefined)
    add(['volumes', name], `[volumes] ${name} and ${other} lie within each other. Choose folders apart`);
  const most = Math.max(min, max);
  if (names.length > 0 && most > 1)
    add(
      ['scale', max > 1 ? 'max' : 'min'],
      `[scale] asks for ${most} instances, and an app with [volumes] has one of each process type: two would write the same files. Remove one of the two`,
    );
}

function wrong(problems: Problem[], cause?: unknown): BerthError {
  const [first, ...more] = problems.sort((a, b) => a.line - b.line) as [Problem, ...Problem[]];
  const others = [...new Set(more.map(({ line }) => line))].slice(0, 8);
  const hint = others.length === 0 ? '' : ` There is more to correct in line ${others.join(', ')}.`;
  return new BerthError(
    'berth_toml_invalid',
    `${BERTH_TOML}, line ${first.line}${first.text.startsWith('column') ? ', ' : ': '}${first.text}, and push again.${hint}`,
    {
      details: { file: BERTH_TOML, line: first.line, problems: problems.slice(0, 20) },
      cause,
    },
  );
}

function shown(text: string): string {
  // eslint-disable-next-line no-control-regex
  const plain = text.replace(/[\u0000-\u001f\u007f]/g, '?');
  return plain.length > 60 ? `${plain.slice(0, 60)}…` : plain;
}
