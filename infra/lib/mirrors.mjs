import { join } from 'node:path';
import { bundledNpm } from './bundle-place.mjs';
import { readJson } from './files.mjs';
import { Problem } from './problem.mjs';

const kinds = ['npm', 'pypi', 'go', 'maven', 'crates', 'debian'];

/**
 * BERTH_MIRRORS: `npm=https://one.example,https://two.example;debian=https://three.example/debian`.
 * @returns {Record<string, string[]>}
 */
export function readMirrors(text) {
  const mirrors = {};
  for (const part of text.split(';').map((one) => one.trim())) {
    if (part === '') continue;
    const at = part.indexOf('=');
    const kind = part.slice(0, Math.max(at, 0)).trim();
    const urls = part
      .slice(at + 1)
      .split(',')
      .map((url) => url.trim())
      .filter(Boolean);
    if (!kinds.includes(kind) || urls.length === 0 || !urls.every(isWeb)) {
      throw new Problem({
        what: `BERTH_MIRRORS has ${JSON.stringify(part)}, which names no mirrors.`,
        fix: `Write it as in "npm=https://mirror.example/npm;debian=https://mirror.example/debian", without user and password; there are ${kinds.join(', ')}.`,
      });
    }
    mirrors[kind] = [...(mirrors[kind] ?? []), ...urls];
  }
  return mirrors;
}

/** As the API takes them: an address goes into Dockerfiles and onto pages, so there is no password in it. */
function isWeb(url) {
  if (!URL.canParse(url)) return false;
  const { protocol, username, password } = new URL(url);
  return /^https?:$/.test(protocol) && username === '' && password === '';
}

/**
 * What to try for a kind, in order, null being what this host is set to, a path npm's packages in an offline bundle: as the builder last ranked it (`mirrors.json`), else
 * BERTH_MIRRORS, of now or of an earlier start, after the host's own.
 * @param {string} home state directory
 * @returns {Promise<(string | null)[]>}
 */
export async function candidates(kind, home, env = process.env) {
  const bundled = kind === 'npm' && (await bundledNpm(home));
  return [...(bundled ? [bundled.npm_config_cache] : []), ...(await outside(kind, home, env))];
}

async function outside(kind, home, env) {
  const ranked = (await readJson(join(home, 'mirrors.json')).catch(() => null))?.[kind];
  if (Array.isArray(ranked) && ranked.length > 0)
    return ranked.map((name) => (name === 'default' ? null : String(name)));
  const given = env.BERTH_MIRRORS
    ? readMirrors(env.BERTH_MIRRORS)
    : (await readJson(join(home, 'registries.json')).catch(() => null))?.mirrors;
  return [null, ...(given?.[kind] ?? [])];
}

/**
 * Tries one candidate after the other. Throws the first error, which is about what this host itself is set to, when none does it.
 * @template T
 * @param {(string | null)[]} list
 * @param {(url: string | null) => Promise<T>} attempt
 * @param {(text: string) => void} [note]
 * @returns {Promise<T>}
 */
export async function throughMirrors(list, attempt, note = () => {}) {
  let first = null;
  for (const url of list) {
    try {
      return await attempt(url);
    } catch (error) {
      first ??= error;
      if (url !== list.at(-1)) note(`${url ?? 'the host’s own registry'} failed; trying the next mirror`);
    }
  }
  throw first;
}

/** A download that stands still is begun again after a minute; npm itself would wait for five. */
const npmPatience = { npm_config_fetch_timeout: '60000' };

/** Environment that sends npm to a mirror, of which it soon has enough, or to the bundle's folder alone; null: to its own registry. */
export function npmMirror(url) {
  if (url?.startsWith('/')) return { npm_config_cache: url, npm_config_offline: 'true' };
  return url === null
    ? npmPatience
    : {
        ...npmPatience,
        npm_config_registry: url,
        npm_config_replace_registry_host: 'always',
        npm_config_fetch_retries: '1',
        npm_config_fetch_retry_mintimeout: '1000',
      };
}

/** Environment that sends pip to a mirror; nothing for null. */
export function pipMirror(url) {
  return url === null
    ? {}
    : { PIP_INDEX_URL: url, ...(url.startsWith('http:') && { PIP_TRUSTED_HOST: new URL(url).hostname }) };
}
