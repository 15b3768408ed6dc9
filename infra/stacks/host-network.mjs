import { run } from '../lib/run.mjs';

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY', 'http_proxy', 'https_proxy', 'no_proxy'];

/**
 * What a build needs of this host's way to the outside, as environment: proxies, and npm's registry where it is not npm's
 * own. Empty on most machines. Credentials in a registry's address are left out.
 * @returns {Promise<Record<string, string>>}
 */
export async function hostNetworkEnv(env = process.env) {
  const found = {};
  for (const name of proxyNames) if (env[name]) found[name] = env[name];
  const { here, usual } = await npmRegistries(env);
  if (here && here !== usual) found.NPM_CONFIG_REGISTRY = here;
  return found;
}

/** The registry that npm is set to here, without credentials; null where npm does not say. */
export async function npmRegistry(env = process.env) {
  return (await npmRegistries(env)).here;
}

async function npmRegistries(env) {
  const ask = (extra) =>
    run('npm', ['config', 'get', 'registry'], {
      cwd: '/',
      env: { ...env, ...extra },
      timeoutMs: 20_000,
    }).then(
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
  return index && URL.canParse(index) ? withoutCredentials(index) : null;
}

export function withoutCredentials(address) {
  const url = new URL(address);
  url.username = '';
  url.password = '';
  return url.href;
}
