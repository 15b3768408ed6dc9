import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { DiskReport } from '#libs/contracts/api/disk.js';
import type { Plan } from './plan.js';
import type { DiskParts, Survey } from './survey.js';

const run = promisify(execFile);
/** A folder that takes longer to measure is left out. */
const MEASURE_MS = 10_000;

/** Folders of Berth's home that are measured, and what is in them. */
const folders = [
  {
    area: 'sources',
    paths: ['repositories', 'uploads'],
    note: 'Git repositories and uploads, the newest of each app.',
  },
  { area: 'logs', paths: ['logs'], note: 'Of apps and parts; each file has its cap.' },
  { area: 'database', paths: ['postgres'], note: 'Postgres, with its write-ahead log.' },
  { area: 'queue', paths: ['redis'], note: 'Redis: jobs under way.' },
] as const;

/** What is said about a collection. */
export async function reportOn(
  { env }: DiskParts,
  found: Survey,
  plan: Plan,
  facts: { measure: boolean; freedBytes: number; now: Date },
): Promise<DiskReport> {
  return {
    at: facts.now.toISOString(),
    disk: { ...found.disk, minFreeBytes: env.BERTH_MIN_FREE_DISK_MB * 1024 ** 2 },
    areas: [...partsOf(found), ...(facts.measure ? await measured(env.BERTH_HOME) : [])],
    apps: plan.apps,
    remove: plan.items,
    freedBytes: facts.freedBytes,
    notes: notesOn(found, env.BERTH_ENGINE_OWNED),
  };
}

function partsOf({ registry, engine, apps }: Survey): DiskReport['areas'] {
  const areas: DiskReport['areas'] = [];
  if (registry !== null)
    areas.push({
      area: 'registry',
      bytes: [...registry.blobs.values()].reduce((sum, { bytes }) => sum + bytes, 0),
      note: `${registry.manifests.length} images, compressed; each shared layer counts once.`,
    });
  if (engine.layersBytes !== null)
    areas.push({
      area: 'engine-layers',
      bytes: engine.layersBytes,
      note: `${engine.images.length} images, unpacked; each shared layer counts once.`,
    });
  if (engine.buildCache !== null)
    areas.push({
      area: 'build-cache',
      bytes: engine.buildCache.bytes,
      note: `${engine.buildCache.records} records of BuildKit, without what images share.`,
    });
  const volumes = apps.reduce((sum, { volumeBytes }) => sum + volumeBytes, 0);
  if (volumes > 0)
    areas.push({
      area: 'volumes',
      bytes: volumes,
      note: 'Of apps, as last measured; no collection touches them.',
    });
  return areas;
}

function notesOn({ registry, engine }: Survey, engineOwned: boolean): string[] {
  return [
    'Layers that several images share are counted once in each total, and never as freed while one of them is kept.',
    ...(registry === null ? ['The registry’s files are not on this host: nothing is removed from it.'] : []),
    ...(engine.buildCache === null
      ? [
          'The Engine cannot count its build cache, and therefore not what images share either: it was ended during a build and lost a layer. Builds go on; an Engine with new data counts again.',
        ]
      : []),
    ...(engineOwned
      ? []
      : [
          'This Engine is not Berth’s own: only images in Berth’s repositories or with its label are touched, and BuildKit’s cache is left alone.',
        ]),
  ];
}

async function measured(home: string): Promise<DiskReport['areas']> {
  const areas: DiskReport['areas'] = [];
  for (const { area, paths, note } of folders) {
    const sizes = await Promise.all(paths.map((path) => bytesBelow(join(home, path))));
    const bytes = sizes.reduce<number>((sum, each) => sum + (each ?? 0), 0);
    if (sizes.some((each) => each !== null)) areas.push({ area, bytes, note });
  }
  return areas;
}

/** Disk blocks below a folder; null when it is not there or too large to measure. */
async function bytesBelow(path: string): Promise<number | null> {
  try {
    const { stdout } = await run('du', ['-skx', '--', path], { timeout: MEASURE_MS });
    return Number(/^\d+/.exec(stdout)?.[0]) * 1024;
  } catch (error) {
    // Files that go while they are counted: what was counted still stands.
    const counted = /^(\d+)\s/.exec((error as { stdout?: string }).stdout ?? '')?.[1];
    return counted === undefined ? null : Number(counted) * 1024;
  }
}
