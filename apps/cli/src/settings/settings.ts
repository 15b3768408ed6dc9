import { usage } from '../frame/failure.js';
import { configPath, readConfigFile, type ConfigFile, type SavedPlatform } from './config-file.js';
import { DEFAULT_URL, platformUrl } from './platform-url.js';

export interface Settings {
  url: string;
  /** Was the platform named for this run, by option or environment? */
  named: boolean;
  token: string | null;
  team: string | null;
  /** What `berth login` left for this platform. */
  saved: SavedPlatform | null;
  file: ConfigFile;
  path: string;
  /** Where the token comes from, for people. */
  tokenFrom: 'BERTH_TOKEN' | 'login' | null;
}

/**
 * Options win over the environment, which wins over the file. A saved token is only ever sent to the platform that it was
 * saved for, whatever --url or BERTH_URL say. An empty --team means none in particular, whatever was chosen before.
 */
export async function readSettings(
  env: Readonly<Record<string, string | undefined>>,
  options: { url?: string; team?: string },
): Promise<Settings> {
  const path = configPath(env);
  const file = await readConfigFile(path);
  const url = platformUrl(options.url ?? (env['BERTH_URL'] || null) ?? file.current ?? DEFAULT_URL);
  const saved = file.platforms[url] ?? null;
  const fromEnv = env['BERTH_TOKEN']?.trim() || null;
  if (fromEnv !== null && !/^[\x21-\x7e]+$/.test(fromEnv))
    throw usage('BERTH_TOKEN is not a token: it holds spaces or other letters than ASCII ones.');
  return {
    url,
    named: options.url !== undefined || Boolean(env['BERTH_URL']),
    token: fromEnv ?? saved?.token ?? null,
    tokenFrom: fromEnv !== null ? 'BERTH_TOKEN' : saved ? 'login' : null,
    team: options.team === undefined ? ((env['BERTH_TEAM'] || saved?.team) ?? null) : options.team || null,
    saved,
    file,
    path,
  };
}
