import { Engine } from '../lib/engine.mjs';
import { writeAtomic } from '../lib/files.mjs';
import { run } from '../lib/run.mjs';
import { npmRegistry, pythonIndex, withoutCredentials } from '../stacks/host-network.mjs';
import { debianMirror } from '../stacks/debian-mirror.mjs';

/**
 * Writes `registries.json`: where this host's own tools fetch from, which is the first candidate of each list of mirrors, and what
 * BERTH_MIRRORS and BERTH_DOCKER_MIRRORS add to it (libs/mirrors/host-registries.ts reads it).
 */
export async function writeRegistries(copy, env = process.env) {
  const [npm, pypi, debian, images] = await Promise.all([
    npmRegistry(env),
    pythonIndex(env).then((index) => index ?? pipsOwn(env)),
    debianMirror(),
    imageRegistry(copy),
  ]);
  const found = { images, npm, pypi, go: firstProxy(env.GOPROXY), debian };
  const defaults = Object.fromEntries(Object.entries(found).filter(([, url]) => url));
  const { mirrors: imageMirrors, registryMirrors } = copy.settings;
  const mirrors = { ...(imageMirrors.length > 0 && { images: imageMirrors }), ...registryMirrors };
  await writeAtomic(copy.path('registries.json'), `${JSON.stringify({ defaults, mirrors }, null, 2)}\n`);
}

/** The index that pip has in its own code. */
function pipsOwn(env) {
  const script = 'from pip._internal.models.index import PyPI; print(PyPI.simple_url)';
  return run('python3', ['-c', script], { env, timeoutMs: 20_000 }).then(
    (text) => web(text.trim()),
    () => null,
  );
}

/** Docker Hub, as the Engine itself names it. */
async function imageRegistry(copy) {
  const address = copy.state.parts.docker?.address;
  const info = address && (await new Engine(address).call('GET', '/info').catch(() => null));
  const index = web(info?.IndexServerAddress ?? '');
  return index && new URL(index).origin;
}

function firstProxy(text = '') {
  return web(text.split(/[,|]/)[0].trim());
}

function web(text) {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) ? withoutCredentials(text) : null;
}
