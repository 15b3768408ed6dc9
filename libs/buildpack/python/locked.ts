import { z } from 'zod';
import type { ProjectFiles } from '../project-files.js';
import { parseTomlFile } from '../toml-file.js';
import { normalName } from './requirements.js';

/** Markers as Poetry writes them: for all groups, or by group. */
const markers = z.union([z.string(), z.record(z.string(), z.string())]).optional();

/** Since lock format 2.1 each package says which groups want it. */
const poetryLock = z.object({
  package: z.array(
    z.object({
      name: z.string(),
      version: z.string(),
      optional: z.boolean(),
      groups: z.array(z.string()),
      markers,
      files: z.array(z.object({ hash: z.string() })),
      source: z.unknown().optional(),
    }),
  ),
  metadata: z.object({ 'lock-version': z.literal('2.1') }),
});

const pipfileLock = z.object({
  // By its name: what another index of that name gave is found out by its hashes.
  _meta: z.object({ sources: z.array(z.object({ name: z.literal('pypi') })) }),
  default: z.record(
    z.string(),
    // Anything else (git, path, another index) is for Pipenv itself.
    z.strictObject({
      version: z.string(),
      hashes: z.array(z.string()),
      markers: z.string().optional(),
      index: z.literal('pypi').optional(),
      extras: z.array(z.string()).optional(),
    }),
  ),
});

interface Locked {
  name: string;
  version: string;
  hashes: string[];
  marker: string | undefined;
}

/**
 * What a lockfile of Poetry or Pipenv pins for running the app, as requirements with hashes, which uv installs without the tool. Null
 * where only the tool itself knows what is meant: an older form, packages from elsewhere, a lock that lacks what the project asks for.
 *
 * @param wanted normal names of the packages that the project asks for
 */
export async function lockedRequirements(
  files: ProjectFiles,
  manager: 'poetry' | 'pipenv',
  wanted: Iterable<string>,
): Promise<string | null> {
  const locked = manager === 'poetry' ? await fromPoetry(files) : await fromPipenv(files);
  if (locked === null || !locked.every(isPlain)) return null;
  const names = new Set(locked.map(({ name }) => normalName(name)));
  if (![...wanted].every((name) => names.has(name))) return null;
  return locked.map(line).sort().join('');
}

async function fromPoetry(files: ProjectFiles): Promise<Locked[] | null> {
  const text = await files.read('poetry.lock');
  if (text === null) return null;
  const lock = poetryLock.safeParse(parseTomlFile('poetry.lock', text, z.unknown()));
  if (!lock.success) return null;
  const main = lock.data.package.filter(({ groups, optional }) => groups.includes('main') && !optional);
  if (main.some(({ source }) => source !== undefined)) return null;
  return main.map(({ name, version, files: found, markers: said }) => ({
    name,
    version,
    hashes: found.map(({ hash }) => hash),
    marker: typeof said === 'string' ? said : said?.['main'],
  }));
}

async function fromPipenv(files: ProjectFiles): Promise<Locked[] | null> {
  const text = await files.read('Pipfile.lock');
  const lock = pipfileLock.safeParse(text === null ? null : parseJson(text));
  if (!lock.success) return null;
  return Object.entries(lock.data.default).map(([name, { version, hashes, markers: marker }]) => ({
    name,
    version: version.replace(/^==/, ''),
    hashes,
    marker,
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Nothing in it can end its line or say anything but a version of a package. */
function isPlain({ name, version, hashes, marker }: Locked): boolean {
  return (
    /^[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?$/.test(name) &&
    /^[A-Za-z0-9][A-Za-z0-9.!+_-]*$/.test(version) &&
    hashes.length > 0 &&
    hashes.every((hash) => /^sha(?:256|384|512):[0-9a-f]+$/.test(hash)) &&
    (marker === undefined || /^[\w\s.,()<>=!~'"+*-]+$/.test(marker)) &&
    !/[\r\n]/.test(marker ?? '')
  );
}

function line({ name, version, hashes, marker }: Locked): string {
  const only = marker === undefined ? '' : ` ; ${marker}`;
  return `${name}==${version}${only}${[...hashes]
    .sort()
    .map((hash) => ` \\\n    --hash=${hash}`)
    .join('')}\n`;
}
