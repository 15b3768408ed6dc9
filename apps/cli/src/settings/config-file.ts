import { chmod, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { Failure } from '../frame/failure.js';
import { nodeCrypto } from '../node-modules.js';

/** What is remembered of one platform. */
export interface SavedPlatform {
  token: string;
  /** To revoke it at logout; null for a token that was brought along. */
  tokenId: string | null;
  email: string;
  /** Team to act in unless told otherwise. */
  team?: string;
}

export interface ConfigFile {
  /** URL of the platform in use. */
  current: string | null;
  platforms: Record<string, SavedPlatform>;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** `$XDG_CONFIG_HOME/berth/config.json`, on Windows below APPDATA. */
export function configPath(env: Environment): string {
  const xdg = env['XDG_CONFIG_HOME'];
  if (xdg?.startsWith('/')) return join(xdg, 'berth', 'config.json');
  if (process.platform === 'win32' && env['APPDATA']) return join(env['APPDATA'], 'berth', 'config.json');
  return join(env['HOME'] || homedir(), '.config', 'berth', 'config.json');
}

/** Reads the file; an absent one is an empty one. Others can never read it: wider rights are taken back. */
export async function readConfigFile(path: string): Promise<ConfigFile> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
    if (process.platform !== 'win32' && ((await stat(path)).mode & 0o077) !== 0) await chmod(path, 0o600);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return { current: null, platforms: {} };
    throw new Failure(`The settings in ${path} cannot be read.`, {
      why: (cause as Error).message,
      todo: 'Give yourself the right to read the file, or remove it and `berth login` again.',
      cause,
    });
  }
  return parseConfig(text, path);
}

function parseConfig(text: string, path: string): ConfigFile {
  try {
    const raw = JSON.parse(text) as { current?: unknown; platforms?: unknown };
    const platforms: ConfigFile['platforms'] = {};
    for (const [url, value] of Object.entries((raw.platforms ?? {}) as Record<string, unknown>)) {
      const { token, tokenId, email, team } = value as Record<string, unknown>;
      if (typeof token !== 'string' || !URL.canParse(url)) continue;
      platforms[url] = {
        token,
        tokenId: typeof tokenId === 'string' ? tokenId : null,
        email: typeof email === 'string' ? email : '',
        ...(typeof team === 'string' && { team }),
      };
    }
    return { current: typeof raw.current === 'string' ? raw.current : null, platforms };
  } catch (cause) {
    throw new Failure(`${path} is not the JSON that berth wrote.`, {
      todo: 'Mend it, or remove it and `berth login` again.',
      cause,
    });
  }
}

/** Writes beside, then renames, readable by its owner alone: a crash leaves the old file or the new one. */
export async function writeConfigFile(path: string, config: ConfigFile): Promise<void> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${nodeCrypto().randomBytes(4).toString('hex')}`;
  try {
    await writeFile(beside, `${JSON.stringify(config, null, 2)}\n`, { mode: 0o600, flag: 'wx' });
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}
