import { mkdir, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sha256 } from '../lib/files.mjs';
import { run } from '../lib/run.mjs';

/** Everything that a start may install (infra/parts, infra/stacks/tools.mjs). */
const wanted = [
  ...['docker.io', 'iptables', 'nftables', 'iproute2', 'redis-server', 'docker-registry', 'git'],
  ...['mmdebstrap', 'debian-archive-keyring', 'ca-certificates', 'python3'],
];

export async function debianCodename() {
  const text = await readFile('/etc/os-release', 'utf8').catch(() => '');
  return /^VERSION_CODENAME=(\S+)$/m.exec(text)?.[1] ?? 'unknown';
}

/**
 * Downloads these packages with all that they depend on, as for a machine that has none (apt checks them), and writes an
 * index of them.
 */
export async function bundleDebs(folder, note) {
  const state = join(folder, 'state');
  await mkdir(join(folder, 'partial'), { recursive: true });
  await mkdir(state, { recursive: true });
  await writeFile(join(state, 'status'), '');
  const have = [];
  for (const name of wanted)
    if (/Candidate: (?!\(none\))\S/.test(await run('apt-cache', ['policy', name]).catch(() => '')))
      have.push(name);
  await run(
    'apt-get',
    [
      ...['-q', '-y', '--no-install-recommends', '--download-only'],
      ...['-o', `Dir::State::status=${join(state, 'status')}`, '-o', `Dir::Cache::archives=${folder}`],
      ...['-o', 'Debug::NoLocking=1', '-o', 'APT::Sandbox::User=root', 'install', ...have],
    ],
    { timeoutMs: 3_600_000, onLine: note },
  );
  const files = (await readdir(folder)).filter((name) => name.endsWith('.deb'));
  const stanzas = [];
  for (const file of files) stanzas.push(await stanzaOf(folder, file));
  await writeFile(join(folder, 'Packages'), `${stanzas.join('\n\n')}\n`);
  return `${files.length}`;
}

/** A package's own control file with where it lies here, its size and its hash: a line of apt's index. */
async function stanzaOf(folder, file) {
  const path = join(folder, file);
  const control = await run('dpkg-deb', ['--field', path]);
  const { size } = await stat(path);
  return `${control.trim()}\nFilename: ./${file}\nSize: ${size}\nSHA256: ${await sha256(path)}`;
}
