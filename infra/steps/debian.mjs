import { mkdir, rm, writeFile } from 'node:fs/promises';
import { exists } from '../lib/files.mjs';
import { bundledApt } from '../lib/bundle-place.mjs';
import { Problem, messageOf } from '../lib/problem.mjs';
import { run, which } from '../lib/run.mjs';
import { homeOf } from '../settings.mjs';

const quiet = {
  ...process.env,
  DEBIAN_FRONTEND: 'noninteractive',
  APT_LISTCHANGES_FRONTEND: 'none',
  NEEDRESTART_SUSPEND: '1',
};
const lockWait = ['-o', 'DPkg::Lock::Timeout=300'];
const policyFile = '/usr/sbin/policy-rc.d';

/** Which of these Debian packages are not installed. */
export async function missingPackages(names) {
  const missing = [];
  for (const name of names) {
    const status = await run('dpkg-query', ['-W', '-f', '${db:Status-Status}', name]).catch(() => '');
    if (status !== 'installed') missing.push(name);
  }
  return missing;
}

/**
 * Installs Debian packages, all at once. `optional` ones that this Debian does not have are left out.
 * Services that a package would start by itself stay down: Berth runs what it needs under its own care.
 * @param {{ needed: string[], optional?: string[], note?: (text: string) => void }} wish
 * @returns {Promise<string[]>} what was installed
 */
export async function installDebian({ needed, optional = [], note = () => {} }) {
  const wanted = [...needed, ...optional];
  if (wanted.length === 0) return [];
  await mayInstall(wanted);
  const bundled = await bundledApt(homeOf());
  if (bundled && (await installFrom(bundled, wanted, note))) return wanted;
  note('apt-get update');
  // A broken third-party source makes update fail although Debian's own lists are fresh: the install decides.
  const update = await run('apt-get', [...lockWait, '-q', 'update'], {
    env: quiet,
    timeoutMs: 300_000,
  }).catch((error) => error);
  const have = [];
  for (const name of wanted) if (needed.includes(name) || (await isKnown(name))) have.push(name);
  note(`apt-get install ${have.join(' ')}`);
  await withServicesDown(() =>
    run('apt-get', [...lockWait, '-q', '-y', '--no-install-recommends', 'install', ...have], {
      env: quiet,
      timeoutMs: 900_000,
      onLine: (line) => note(line),
    }),
  ).catch((cause) => {
    const why = update instanceof Error ? update.message : cause.message;
    throw new Problem({
      what: `Debian's packages ${have.join(', ')} could not be installed.`,
      why: `apt-get said: ${why.slice(-400)}.`,
      fix: `Check the network and /etc/apt, try "apt-get install ${have.join(' ')}" yourself, then start again.`,
      cause,
    });
  });
  await disableServices(have);
  return have;
}

/** Installs out of the offline bundle; false when it has not all of it, and the host's own sources are to be asked. */
async function installFrom(options, wanted, note) {
  const install = ['-q', '-y', '--no-install-recommends', 'install', ...wanted];
  try {
    await run('apt-get', [...lockWait, ...options, '-q', 'update'], { env: quiet, timeoutMs: 120_000 });
    note(`apt-get install ${wanted.join(' ')}, out of the bundle`);
    await withServicesDown(() =>
      run('apt-get', [...lockWait, ...options, ...install], {
        env: quiet,
        timeoutMs: 900_000,
        onLine: (line) => note(line),
      }),
    );
  } catch (error) {
    note(`not out of the bundle: ${messageOf(error)}`);
    return false;
  }
  await disableServices(wanted);
  return true;
}

async function mayInstall(wanted) {
  if (!(await which('apt-get'))) {
    throw new Problem({
      what: `Berth needs ${wanted.join(', ')}, and this is no Debian or Ubuntu.`,
      fix: 'Install them with your system’s own package manager, then start again.',
    });
  }
  if (process.getuid() !== 0) {
    throw new Problem({
      what: `Berth needs Debian's packages ${wanted.join(', ')}, and only root may install them.`,
      fix: `Run "sudo apt-get install --no-install-recommends ${wanted.join(' ')}", or start Berth as root.`,
    });
  }
}

async function isKnown(name) {
  const policy = await run('apt-cache', ['policy', name]).catch(() => '');
  return /Candidate: (?!\(none\))\S/.test(policy);
}

/** Debian asks policy-rc.d before a package starts its service. Ours says no and goes when we are done. */
async function withServicesDown(work) {
  if (await exists(policyFile)) return work();
  await mkdir('/usr/sbin', { recursive: true });
  await writeFile(policyFile, '#!/bin/sh\nexit 101\n', { mode: 0o755 });
  try {
    return await work();
  } finally {
    await rm(policyFile, { force: true });
  }
}

const unitsOf = {
  'docker.io': ['docker.service', 'docker.socket'],
  'redis-server': ['redis-server.service'],
  'docker-registry': ['docker-registry.service'],
};

/** The packages that *we* brought must not start services of their own at the next boot. */
async function disableServices(installed) {
  if (!(await exists('/run/systemd/system'))) return;
  const units = installed.flatMap((name) => unitsOf[name] ?? []);
  if (units.length > 0) await run('systemctl', ['disable', ...units]).catch(() => '');
}
