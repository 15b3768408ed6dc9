import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import type { ProjectFiles } from '../project-files.js';
import type { PackageJson } from './package-json.js';

/** Where npm keeps its downloads during a build; a cache mount of this app alone. */
const NPM_CACHE = '/home/app/.npm';

/** What to install, how, and what it depends on. */
export interface Install {
  /** Is there anything to install? */
  needed: boolean;
  /** Files that the installation reads, in the app's root. */
  files: string[];
  /** null, or why the whole source must be there before the installation. */
  needsSource: string | null;
  hasLockfile: boolean;
  hasDevDependencies: boolean;
  /** The author's own command, instead of npm's. */
  command: string | null;
}

const LIFECYCLE = ['preinstall', 'install', 'postinstall', 'prepare'];

/** Looks at what npm will need. */
export function planInstall(files: ProjectFiles, manifest: PackageJson): Install {
  const command = files.settings.build.install;
  const count = (group: Record<string, string> | undefined) => Object.keys(group ?? {}).length;
  const production =
    count(manifest.dependencies) + count(manifest.optionalDependencies) + count(manifest.peerDependencies);
  const lockfile = ['npm-shrinkwrap.json', 'package-lock.json'].find((path) => files.has(path));
  return {
    needed:
      command !== null ||
      production + count(manifest.devDependencies) > 0 ||
      manifest.workspaces !== undefined,
    files: ['package.json', lockfile, '.npmrc'].filter(
      (path) => path !== undefined && files.has(path),
    ) as string[],
    needsSource: needsSource(manifest, command),
    hasLockfile: lockfile !== undefined,
    hasDevDependencies: count(manifest.devDependencies) > 0,
    command,
  };
}

function needsSource(manifest: PackageJson, command: string | null): string | null {
  if (command !== null && !/^(?:npm|pnpm|yarn|bun)\s/.test(command))
    return 'the install command of berth.toml may read any file';
  const script = LIFECYCLE.find((name) => manifest.scripts?.[name] !== undefined);
  if (script !== undefined) return `package.json has a "${script}" script, which may read any file`;
  if (manifest.workspaces !== undefined) return 'package.json has workspaces';
  const groups = [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies];
  const local = groups
    .flatMap((group) => Object.entries(group ?? {}))
    .find(([, version]) => /^(file|link):/.test(version));
  return local === undefined ? null : `the dependency "${local[0]}" lies in the app's own files`;
}

/** npm's arguments; `dev`: with what only the build needs. */
export function installArgs(install: Install, dev: boolean): string[] {
  if (install.command !== null) return userCommand(install.command).args;
  return ['npm', install.hasLockfile ? 'ci' : 'install', dev ? '--include=dev' : '--omit=dev'];
}

/** `npm prune` for the run image: works on what is installed, without the network. */
export function pruneArgs(): string[] {
  return ['npm', 'prune', '--omit=dev'];
}

/** npm's settings during a build: where it keeps downloads, and none of the messages that are not about the app. */
export const npmSettings: readonly (readonly [key: string, value: string])[] = [
  ['NPM_CONFIG_CACHE', NPM_CACHE],
  ['NPM_CONFIG_AUDIT', 'false'],
  ['NPM_CONFIG_FUND', 'false'],
  ['NPM_CONFIG_UPDATE_NOTIFIER', 'false'],
];

/** Cache folder of npm's downloads for one app. */
export function npmCache(appId: string): { id: string; target: string } {
  return { id: `berth-${appId}-npm`, target: NPM_CACHE };
}

/** What people are told about the installation. */
export function installChoice(install: Install): PlanChoice {
  if (install.command !== null) {
    return {
      what: 'Dependencies',
      value: install.command,
      why: 'berth.toml says so.',
      change: 'Change install under [build] in berth.toml.',
    };
  }
  if (!install.needed) {
    return {
      what: 'Dependencies',
      value: 'none',
      why: 'package.json names no dependencies.',
      change: null,
    };
  }
  return install.hasLockfile
    ? {
        what: 'Dependencies',
        value: 'npm ci',
        why: 'There is a package-lock.json: npm installs exactly what it names.',
        change: 'Change the lockfile with npm install, and commit it.',
      }
    : {
        what: 'Dependencies',
        value: 'npm install',
        why: 'There is no package-lock.json, so npm picks the newest versions that package.json allows.',
        change: 'Run npm install and commit package-lock.json to get the same versions each time.',
      };
}

/** Lockfiles of package managers that this stack does not carry. */
export function foreignLockfileWarning(files: ProjectFiles, install: Install): string | null {
  if (install.hasLockfile) return null;
  const foreign = ['yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb'].find((path) => files.has(path));
  if (foreign === undefined) return null;
  return `${foreign} is not read: this stack installs with npm, so versions may differ. Run "npm install" once and commit package-lock.json.`;
}
