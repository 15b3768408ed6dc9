import type { PlanChoice } from '#libs/contracts/build-plan.js';
import { userCommand } from '../command.js';
import type { Cache } from '../dockerfile-text.js';
import type { ProjectFiles } from '../project-files.js';
import type { PackageJson } from './package-json.js';
import type { PackageManager } from './package-manager.js';
import type { Workspace } from './workspaces.js';

/** Where package managers keep their downloads during a build; a cache mount of this app alone. */
const NPM_CACHE = '/home/app/.npm';
const OTHER_CACHE = '/home/app/.cache/packages';

/** What to install, how, and what it depends on. Paths are from the folder in which it is installed. */
export interface Install {
  manager: PackageManager;
  /** Is there anything to install? */
  needed: boolean;
  /** Files that the installation reads. */
  files: string[];
  /** null, or why the whole source must be there before the installation. */
  needsSource: string | null;
  hasDevDependencies: boolean;
  /** Are there packages in folders of their own, with a node_modules of their own? */
  workspaces: boolean;
  /** The author's own command, instead of the manager's. */
  command: string | null;
  /** May packages run scripts when they are installed? The author decides in "allowScripts"; else all may, as ever. */
  scriptsDecided: boolean;
}

const LIFECYCLE = ['preinstall', 'install', 'postinstall', 'prepare'];

/** Files that package managers read besides manifest and lockfile. */
const SETTINGS = ['.npmrc', '.yarnrc', '.yarnrc.yml', 'pnpm-workspace.yaml', '.pnpmfile.cjs', 'bunfig.toml'];
/** Folders that a lockfile may point into. */
const FOLDERS = ['patches', '.yarn'];
/** Up to so many manifests are copied one by one; the source as a whole beyond. */
const MAX_COPIED = 60;

/** Looks at what the package manager will need. `files` is the folder in which it is installed. */
export function planInstall(
  files: ProjectFiles,
  manifest: PackageJson,
  manager: PackageManager,
  workspaces: readonly Workspace[],
): Install {
  const { install: command } = files.settings.build;
  const manifests = [manifest, ...workspaces.map((workspace) => workspace.manifest)];
  const counts = manifests.map((each) => ({
    dev: size(each.devDependencies),
    run: size(each.dependencies) + size(each.optionalDependencies) + size(each.peerDependencies),
  }));
  const needed = counts.some(({ dev, run }) => dev + run > 0);
  return {
    manager,
    needed: command !== null || needed || workspaces.length > 0,
    files: [
      'package.json',
      ...(manager.lockfile === null ? [] : [manager.lockfile]),
      ...SETTINGS.filter((path) => files.has(path)),
      ...files.paths.filter(
        (path) => FOLDERS.some((folder) => path.startsWith(`${folder}/`)) && !isCache(path),
      ),
      ...workspaces.map(({ folder }) => `${folder}/package.json`),
    ],
    needsSource: needsSource(manifests, command, workspaces.length),
    hasDevDependencies: counts.some(({ dev }) => dev > 0),
    workspaces: workspaces.length > 0,
    command,
    scriptsDecided: manifest.allowScripts !== undefined,
  };
}

function size(group: Record<string, string> | undefined): number {
  return Object.keys(group ?? {}).length;
}

function isCache(path: string): boolean {
  return /^\.yarn\/(?:unplugged|install-state|build-state)/.test(path);
}

function needsSource(manifests: PackageJson[], command: string | null, workspaces: number): string | null {
  if (command !== null && !/^(?:npm|pnpm|yarn|bun)\s/.test(command))
    return 'the install command of berth.toml may read any file';
  if (workspaces > MAX_COPIED) return `there are ${workspaces} packages in the repository`;
  for (const manifest of manifests) {
    const script = LIFECYCLE.find((name) => manifest.scripts?.[name] !== undefined);
    if (script !== undefined) return `package.json has a "${script}" script, which may read any file`;
    const groups = [manifest.dependencies, manifest.optionalDependencies, manifest.devDependencies];
    const local = groups
      .flatMap((group) => Object.entries(group ?? {}))
      .find(([, version]) => /^(file|link|portal):/.test(version));
    if (local !== undefined) return `the dependency "${local[0]}" lies in the app's own files`;
  }
  return null;
}

/** The command that installs; `dev`: with what only the build needs. */
export function installArgs(install: Install, dev: boolean): string[] {
  const { manager, command } = install;
  if (command !== null) return userCommand(command).args;
  const locked = manager.lockfile !== null;
  switch (manager.name) {
    case 'npm':
      return ['npm', locked ? 'ci' : 'install', dev ? '--include=dev' : '--omit=dev'];
    case 'pnpm':
      return [
        ...['pnpm', 'install', locked ? '--frozen-lockfile' : '--no-frozen-lockfile'],
        ...(dev ? [] : ['--prod']),
        `--store-dir=${OTHER_CACHE}`,
      ];
    case 'yarn':
      if (manager.berry) return ['yarn', 'install', locked ? '--immutable' : '--no-immutable'];
      return ['yarn', 'install', ...(locked ? ['--frozen-lockfile'] : []), `--production=${String(!dev)}`];
    case 'bun':
      return ['bun', 'install', ...(locked ? ['--frozen-lockfile'] : []), ...(dev ? [] : ['--production'])];
  }
}

/** Can the manager leave out what only the build needs at once, or only take it away afterwards? */
export function installsProduction({ manager, command }: Install): boolean {
  return command === null && !manager.berry;
}

/** Commands that take development dependencies away again; empty where the manager has none. */
export function pruneCommands({ manager, workspaces }: Install): string[][] {
  switch (manager.name) {
    case 'npm':
      return [['npm', 'prune', '--omit=dev']];
    case 'pnpm':
      // `prune` knows no workspaces. Without a terminal pnpm asks for this flag before it takes node_modules away.
      return workspaces
        ? [
            [
              ...['pnpm', 'install', '--prod', '--frozen-lockfile', '--ignore-scripts', '--prefer-offline'],
              ...['--config.confirm-modules-purge=false', `--store-dir=${OTHER_CACHE}`],
            ],
          ]
        : [['pnpm', 'prune', '--prod', '--ignore-scripts', '--config.confirm-modules-purge=false']];
    case 'yarn':
      if (manager.berry) return [['yarn', 'workspaces', 'focus', '--all', '--production']];
      return [
        ['yarn', 'install', '--production', '--frozen-lockfile', '--ignore-scripts', '--prefer-offline'],
      ];
    case 'bun':
      return [
        ['rm', '-rf', 'node_modules'],
        ['bun', 'install', '--production', '--frozen-lockfile'],
      ];
  }
}

/** Yarn 2 and 3 cannot take packages away without a plugin. */
export function canPrune({ manager }: Install): boolean {
  return !(manager.berry && Number.parseInt(manager.tool?.version ?? '4', 10) < 4);
}

/** Environment of a build: where downloads are kept, and none of the messages that are not about the app. */
export function installSettings({ manager, scriptsDecided }: Install): Record<string, string> {
  const npm = {
    NPM_CONFIG_CACHE: NPM_CACHE,
    NPM_CONFIG_AUDIT: 'false',
    NPM_CONFIG_FUND: 'false',
    NPM_CONFIG_UPDATE_NOTIFIER: 'false',
    // Browsers: hundreds of MB from hosts of their own, and no stack has what they need to run.
    CYPRESS_INSTALL_BINARY: '0',
    PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1',
    PUPPETEER_SKIP_DOWNLOAD: '1',
    CHROMEDRIVER_SKIP_DOWNLOAD: 'true',
    NEXT_TELEMETRY_DISABLED: '1',
    // npm 11 runs no scripts of packages that are not approved; most apps were written before.
    ...(!scriptsDecided && { NPM_CONFIG_DANGEROUSLY_ALLOW_ALL_SCRIPTS: 'true' }),
  };
  if (manager.name === 'bun') return { ...npm, BUN_INSTALL_CACHE_DIR: OTHER_CACHE };
  if (manager.name !== 'yarn') return npm;
  if (!manager.berry) return { ...npm, YARN_CACHE_FOLDER: OTHER_CACHE };
  return {
    ...npm,
    YARN_GLOBAL_FOLDER: OTHER_CACHE,
    YARN_ENABLE_GLOBAL_CACHE: 'true',
    YARN_ENABLE_TELEMETRY: 'false',
    // Without a node_modules folder nothing could be started without Yarn.
    YARN_NODE_LINKER: 'node-modules',
  };
}

/** Cache folders of one app's downloads. Whatever installs, packages' own scripts look for npm's. */
export function installCaches(appId: string, { manager }: Install): Cache[] {
  const npm = { id: `berth-${appId}-npm`, target: NPM_CACHE };
  if (manager.name === 'npm') return [npm];
  return [npm, { id: `berth-${appId}-${manager.name}${manager.berry ? '-berry' : ''}`, target: OTHER_CACHE }];
}

/** What people are told about the installation. */
export function installChoice(install: Install, dev: boolean): PlanChoice {
  const change = 'Write install = "…" under [build] in berth.toml for another command.';
  const choice = (value: string, why: string): PlanChoice => ({ what: 'Dependencies', value, why, change });
  if (install.command !== null) return choice(install.command, 'berth.toml says so.');
  if (!install.needed) return { ...choice('none', 'package.json names no dependencies.'), change: null };
  const { lockfile, name } = install.manager;
  const value = installArgs(install, dev)
    .filter((arg) => !arg.startsWith('--store-dir'))
    .join(' ');
  return lockfile === null
    ? {
        ...choice(
          value,
          `There is no lockfile, so ${name} picks the newest versions that package.json allows.`,
        ),
        change: `Run ${name} install and commit its lockfile to get the same versions each time.`,
      }
    : choice(
        value,
        `There is a ${lockfile}: ${name} installs exactly what it names. The downloads are kept for this app’s next build.`,
      );
}
