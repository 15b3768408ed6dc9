import type { PlanChoice } from '#libs/contracts/build-plan.js';
import type { ProjectFiles } from '../project-files.js';
import { wantedVersion, type PackageJson } from './package-json.js';

export type ManagerName = 'npm' | 'pnpm' | 'yarn' | 'bun';

/** The program that installs an app's packages. */
export interface PackageManager {
  name: ManagerName;
  /** Yarn 2 and later, which is another program than Yarn 1. */
  berry: boolean;
  /** null: npm then picks versions anew for each build. */
  lockfile: string | null;
  /** Package of the npm registry that holds the program, with its version; null for npm, which the stack has. */
  tool: { package: string; version: string } | null;
  /** Why this program and this version, for people. */
  why: string;
  warnings: string[];
}

/**
 * Lockfiles by program; where several lie there and nothing else decides, the first one counts. npm's is last: it is the one
 * that is made by mistake.
 */
const LOCKFILES: readonly [file: string, name: ManagerName][] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['yarn.lock', 'yarn'],
  ['npm-shrinkwrap.json', 'npm'],
  ['package-lock.json', 'npm'],
];

/** What an app is installed with: the field "packageManager" decides, then the lockfile; npm where neither is there. */
export async function findPackageManager(
  files: ProjectFiles,
  manifest: PackageJson,
): Promise<PackageManager> {
  const named = namedManager(manifest);
  const found = LOCKFILES.filter(([file]) => files.has(file));
  const [lockfile = null, byLockfile] = found.find(([, name]) => name === named?.name) ?? found[0] ?? [];
  const name = named?.name ?? byLockfile ?? (startsWithBun(manifest) ? 'bun' : 'npm');
  const own = lockfile !== null && byLockfile === name ? lockfile : null;
  const berry = name === 'yarn' && (await isBerry(files, own, named?.version ?? null));
  const { version, source } = await versionOf(files, manifest, { name, berry, lockfile: own, named });
  const because =
    named !== null
      ? '"packageManager" in package.json names it.'
      : own !== null
        ? `There is ${own}.`
        : name === 'bun'
          ? 'The start script runs bun.'
          : 'There is no lockfile.';
  const tool = toolOf(name, berry, version);
  return {
    name,
    berry,
    lockfile: own,
    tool,
    why: tool === null ? because : `${because} Version ${tool.version} ${source}.`,
    warnings: otherLockfiles(found, own, named !== null),
  };
}

/** Bun needs no lockfile where there are no packages, and Node cannot take its place. */
function startsWithBun({ scripts }: PackageJson): boolean {
  return /(?:^|\s)bunx?\s/.test(scripts?.['start'] ?? '');
}

interface Named {
  name: ManagerName;
  version: string | null;
}

/** `pnpm@9.1.0+sha512.abc` of "packageManager". */
function namedManager({ packageManager }: PackageJson): Named | null {
  const match = /^(npm|pnpm|yarn|bun)(?:@(\d+(?:\.\d+){0,2}(?:-[0-9A-Za-z.-]+)?)(?:\+.*)?)?$/.exec(
    packageManager ?? '',
  );
  return match === null ? null : { name: match[1] as ManagerName, version: match[2] ?? null };
}

async function isBerry(
  files: ProjectFiles,
  lockfile: string | null,
  version: string | null,
): Promise<boolean> {
  if (version !== null) return Number.parseInt(version, 10) >= 2;
  if (files.has('.yarnrc.yml')) return true;
  return lockfile !== null && /^__metadata:/m.test(await files.readStart(lockfile));
}

interface Chosen {
  name: ManagerName;
  berry: boolean;
  lockfile: string | null;
  named: Named | null;
}

/** The version and where it comes from; what the author says outright first. */
async function versionOf(
  files: ProjectFiles,
  manifest: PackageJson,
  { name, berry, lockfile, named }: Chosen,
): Promise<{ version: string; source: string }> {
  const said = files.settings.build.versions[name];
  if (said !== undefined) return { version: said, source: 'is what berth.toml says' };
  if (named?.version) return { version: named.version, source: 'is what it says' };
  const wanted = wantedVersion(manifest, name);
  if (wanted !== null)
    return { version: wanted.range, source: `is what "${wanted.field}" in package.json says` };
  if (lockfile === null)
    return { version: NEWEST[name], source: 'is the one that Berth uses where nothing says' };
  const form = await files.readStart(lockfile);
  return { version: versionByForm(name, berry, form), source: `fits the form of ${lockfile}` };
}

/** Where neither version nor lockfile says anything. */
const NEWEST: Record<ManagerName, string> = { npm: '11', pnpm: '10', yarn: '1.22.22', bun: '1' };

/** The newest version of a program that reads and writes a lockfile of this form without changing it. */
function versionByForm(name: ManagerName, berry: boolean, start: string): string {
  if (name === 'pnpm') {
    const form = Number(/^lockfileVersion:\s*['"]?(\d+(?:\.\d+)?)/m.exec(start)?.[1] ?? 9);
    return form < 6 ? '7' : form < 9 ? '8' : '10';
  }
  if (berry) {
    const form = Number(/^__metadata:\s*\n\s+version:\s*(\d+)/m.exec(start)?.[1] ?? 8);
    return form < 8 ? '3' : '4';
  }
  return NEWEST[name];
}

function toolOf(name: ManagerName, berry: boolean, version: string): PackageManager['tool'] {
  if (name === 'npm') return null;
  if (name === 'pnpm') return { package: 'pnpm', version };
  if (name === 'yarn') return { package: berry ? '@yarnpkg/cli-dist' : 'yarn', version };
  // The package "bun" only fetches one of these when it is installed.
  return { package: `@oven/bun-linux-${process.arch === 'arm64' ? 'aarch64' : 'x64-baseline'}`, version };
}

function otherLockfiles(
  found: readonly [string, ManagerName][],
  used: string | null,
  named: boolean,
): string[] {
  const others = found.map(([file]) => file).filter((file) => file !== used);
  if (others.length === 0) return [];
  if (used === null) {
    return [
      `${others.join(', ')} is not read: package.json names another program in "packageManager". Remove it, or correct "packageManager".`,
    ];
  }
  const why = named ? 'package.json names its program' : 'it is the first that Berth looks for';
  return [
    `There are several lockfiles; ${used} is used because ${why}, and ${others.join(', ')} is not read. Remove the ones that are no longer kept up to date.`,
  ];
}

/** What people are told about the program. */
export function managerChoice(manager: PackageManager): PlanChoice {
  const { name, tool } = manager;
  return {
    what: 'Package manager',
    value: tool === null ? name : `${name} ${tool.version}`,
    why: manager.why,
    change: 'Write "packageManager" in package.json, or the version under [build.versions] in berth.toml.',
  };
}
