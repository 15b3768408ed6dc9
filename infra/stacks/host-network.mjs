import { run } from '../lib/run.mjs';

/** User and password in the address of a proxy, whose scheme may be left out. */
const credentials = /^([a-z][a-z0-9+.-]*:\/\/)?[^/]*@/i;

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/**
 * What a build needs of this host's way to the outside, as environment: proxies, and npm's registry where it is not npm's
 * own. Empty on most machines. Credentials in an address are left out, since images are for everybody's eyes, and so is what listens on the host's loopback: inside a container
 * that address is the container's own, and a tool that is sent there reaches nothing at all.
 * @returns {Promise<Record<string, string>>}
 */
export async function hostNetworkEnv(env = process.env) {
  const found = {};
  for (const name of proxyNames)
    if (env[name] && !isLoopback(env[name])) found[name] = env[name].replace(credentials, '$1');
  const { here, usual } = await npmRegistries(env);
  if (here && here !== usual && !isLoopback(here)) found.NPM_CONFIG_REGISTRY = here;
  return found;
}

/**
 * Proxies with their password, for the time of a build alone: BuildKit hands build arguments of these names to each command, and keeps them out of the
 * image, its history and the cache.
 * @returns {Record<string, string>}
 */
export function proxyArgs(env = process.env) {
  const found = Object.entries(env).filter(
    ([name, value]) => /^https?_proxy$/i.test(name) && credentials.test(value) && !isLoopback(value),
  );
  return Object.fromEntries(found.map(([name, value]) => [name.toUpperCase(), value]));
}

/** Is this the address, with or without its scheme, of something on the host itself? */
function isLoopback(address) {
  const whole = address.includes('://') ? address : `http://${address}`;
  if (!URL.canParse(whole)) return false;
  const { hostname } = new URL(whole);
  return /^(?:(?:.*\.)?localhost\.?|127\.[\d.]+|0\.0\.0\.0|\[::1?\])$/.test(hostname);
}

/** The registry that npm is set to here, without credentials; null where npm does not say. */
export async function npmRegistry(env = process.env) {
  return (await npmRegistries(env)).here;
}

async function npmRegistries(env) {
  const npm = (words, extra) =>
    run('npm', ['config', ...words], { cwd: '/', env: { ...env, ...extra }, timeoutMs: 20_000 });
  const ask = (extra) =>
    npm(['get', 'registry'], extra)
      // An address with a password in it is not given out by itself, but listed with stars in its place.
      .catch(async () => /^registry = "(.+)"/m.exec(await npm(['ls'], extra))?.[1] ?? '')
      .then(
        (text) => (URL.canParse(text.trim()) ? withoutCredentials(text.trim()) : null),
        () => null,
      );
  const bare = Object.fromEntries(
    Object.keys(env)
      .filter((name) => /^npm_config_/i.test(name))
      .map((name) => [name, undefined]),
  );
  const [here, usual] = await Promise.all([
    ask({}),
    // Two files that do not exist: npm refuses to read one file as both.
    ask({ ...bare, npm_config_userconfig: '/dev/null', npm_config_globalconfig: '/dev/null/none' }),
  ]);
  return { here, usual };
}

/** The index of Python packages that this host's pip is set to, without credentials; null where it is pip's own. */
export async function pythonIndex(env = process.env) {
  const asked = await run('python3', ['-m', 'pip', 'config', 'get', 'global.index-url'], {
    env,
    timeoutMs: 20_000,
  }).catch(() => '');
  const index = env.PIP_INDEX_URL || asked.trim();
  return index && URL.canParse(index) && !isLoopback(index) ? withoutCredentials(index) : null;
}

export function withoutCredentials(address) {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}
