import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { exists } from '../lib/files.mjs';
import { candidates, throughMirrors } from '../lib/mirrors.mjs';
import { Problem } from '../lib/problem.mjs';
import { run, which } from '../lib/run.mjs';
import { debianMirror, securityMirror } from './debian-mirror.mjs';

const packages = ['ca-certificates', 'tzdata'];
/** Nobody reads manuals in a container. Licences stay. */
const leftOut = [
  '/usr/share/man/*',
  '/usr/share/doc/*',
  '/usr/share/locale/*',
  '/usr/share/info/*',
  '/usr/share/bash-completion/*',
];
const keptIn = ['/usr/share/doc/*/copyright', '/usr/share/locale/locale.alias'];
const probeMs = 5000;
/** On this host and in the image alike. */
const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Names what goes into the image, for the hash of its tag. */
export const rootFileSystemInputs = (suite) => ({ suite, packages, leftOut, keptIn, security: true });

/**
 * Makes sure that the Engine has a bare Debian of a suite under `tag`: made from Debian's packages, or pulled where a registry
 * answers at once.
 * @param {import('../lib/engine.mjs').Engine} engine
 * @param {{ suite: string, tag: string, tar: string, home: string, note: (text: string) => void }} wish `tar`: where the made file system is
 *   kept; `home`: state directory
 */
export async function ensureRootFileSystem(engine, { suite, tag, tar, home, note }) {
  if (await engine.imageId(tag)) return;
  const image = `debian:${suite}-slim`;
  if (!(await exists(tar)) && (await registryAnswers(engine, image))) {
    note(`pulling ${image}`);
    const pulled = await engine.pull(image, 120_000).then(
      () => true,
      () => false,
    );
    if (pulled) return retag(engine, image, tag);
  }
  if (!(await exists(tar))) await debootstrap(suite, tar, note, await candidates('debian', home));
  note(`importing Debian ${suite}`);
  await engine.importImage(tar, tag);
}

function registryAnswers(engine, image) {
  return engine.call('GET', `/distribution/${image}/json`, { timeoutMs: probeMs }).then(
    () => true,
    () => false,
  );
}

async function retag(engine, from, to) {
  const colon = to.lastIndexOf(':');
  const query = new URLSearchParams({ repo: to.slice(0, colon), tag: to.slice(colon + 1) });
  await engine.call('POST', `/images/${encodeURIComponent(from)}/tag?${query}`);
}

async function debootstrap(suite, tar, note, mirrors) {
  if (!(await which('mmdebstrap'))) {
    throw new Problem({
      what: 'The base image can be neither pulled nor made.',
      why: `No registry answers for debian:${suite}-slim, and mmdebstrap is not installed.`,
      fix: 'Install mmdebstrap (Debian, Ubuntu), or set BERTH_DOCKER_MIRRORS to a mirror that you can reach; then start again.',
    });
  }
  note(`Debian ${suite} from its packages`);
  await mkdir(dirname(tar), { recursive: true });
  const beside = `${tar}.${process.pid}.tar`;
  const own = await debianMirror();
  const options = [
    ...leftOut.map((path) => `path-exclude=${path}`),
    ...keptIn.map((path) => `path-include=${path}`),
  ].map((option) => `--dpkgopt=${option}`);
  const make = async (mirror) => {
    const main = mirror ?? own;
    // Without a mirror mmdebstrap asks Debian's own servers, those of security updates too.
    const security = main === null ? null : await securityMirror(suite, mirror);
    if (main !== null && security === null) note(`security updates of ${suite} are not within reach`);
    const sources =
      security === null ? [] : [`deb [signed-by=${keyring}] ${security} ${suite}-security main`];
    const all = main === null ? [] : [main, ...sources];
    await run(
      'mmdebstrap',
      ['--variant=minbase', `--include=${packages.join(',')}`, ...options, suite, beside, ...all],
      { timeoutMs: 600_000, onLine: (line) => note(line.replace(/^I: /, '')) },
    );
  };
  try {
    await throughMirrors(mirrors, make, note);
  } catch (cause) {
    await rm(beside, { force: true });
    throw new Problem({
      what: `The base image could not be made from Debian's packages.`,
      why: `mmdebstrap said: ${cause.message.slice(-300)}.`,
      fix: 'Check the network and the Debian mirror in /etc/apt, then start again.',
      cause,
    });
  }
  await rename(beside, tar);
}
