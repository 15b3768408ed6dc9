import { readFileSync, readdirSync } from 'node:fs';
import { mkdir, readFile, readdir, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Engine } from '../lib/engine.mjs';
import { exists, writeAtomic } from '../lib/files.mjs';
import {
  buildBridge,
  buildRules,
  buildTable,
  loadRules,
  removeTable,
  sbinEnv,
  tablesOf,
} from '../lib/firewall.mjs';
import { hostServices } from '../lib/host-services.mjs';
import { bridgesIn, ensureBridge, removeBridge } from '../lib/links.mjs';
import { Problem } from '../lib/problem.mjs';
import { identify, stopProcess } from '../lib/processes.mjs';
import { run, which } from '../lib/run.mjs';
import { deniedBlocks } from '../settings.mjs';
import { networkRunc, runtimeName, writeNetworkRunc } from './network-runc.mjs';

const systemSocket = 'unix:///var/run/docker.sock';

/** @type {import('./part.mjs').Part} */
export const docker = {
  name: 'docker',
  title: 'Docker Engine',
  stop: { graceMs: 20_000 },

  async find(copy) {
    const chosen = copy.state.parts.docker;
    if (copy.settings.externals.docker) return external(copy.settings.externals.docker, true);
    if (chosen?.source === 'own') return { source: 'own', needed: await ownPackages() };
    return (await external(systemSocket, false)) ?? { source: 'own', needed: await ownPackages() };
  },

  async prepare(copy, found) {
    if (found.source === 'external') return found;
    if (process.getuid() !== 0) {
      throw new Problem({
        what: 'A Docker Engine of Berth’s own needs root, and you are not root.',
        fix: 'Start Berth as root, or set DOCKER_HOST to an Engine that you may use.',
      });
    }
    const text = await run('dockerd', ['--version'], { env: sbinEnv() });
    return {
      source: 'own',
      version: /version ([^\s,]+)/.exec(text)?.[1] ?? text.trim(),
      address: ownSocket(copy),
    };
  },

  async before(copy) {
    await mkdir(copy.path('docker'), { recursive: true, mode: 0o711 });
    await ensureBridge(buildBridge(copy), copy.state.buildSubnet);
    await assertBuildRules(copy);
    await writeNetworkRunc(copy.runDir);
    await writeAtomic(configFile(copy), `${JSON.stringify(daemonConfig(copy), null, 2)}\n`);
    // We know that our daemon is down; after a reboot its pid may be somebody else's.
    await rm(pidFile(copy), { force: true });
    await endOldContainerd(copy);
  },

  command(copy) {
    return {
      command: 'dockerd',
      args: ['--config-file', configFile(copy)],
      // Its heap is small and its garbage grows slowly: collecting earlier keeps the platform light at rest.
      env: { ...sbinEnv(), GOGC: '50' },
    };
  },

  settingsKey: (copy) => JSON.stringify(daemonConfig(copy)),

  async ready(copy) {
    const version = await new Engine(copy.state.parts.docker.address).answers();
    return version ? { version: version.Version } : null;
  },

  /** After a kill -9 of the supervisor's own records: the daemon's pid file tells. */
  async pid(copy) {
    const pid = Number(await readFile(pidFile(copy), 'utf8').catch(() => ''));
    const command = pid > 0 ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : '';
    return command.includes(configFile(copy)) ? pid : null;
  },

  /** Each container has a shim that leaves our tree at birth; what runs below it is an app's, not ours. */
  helpers(copy) {
    const socket = join(copy.runDir, 'docker', 'containerd', 'containerd.sock');
    return readdirSync('/proc')
      .filter((pid) => /^\d+$/.test(pid) && isShimOf(pid, socket))
      .map(Number);
  },

  async after(copy) {
    await removeTable(buildTable(copy));
    for (const table of await tablesOf(copy.id)) await removeTable(table);
    // While this copy was down another may have taken the pool, which was free: its bridges are not ours.
    for (const bridge of await bridgesIn(copy.state.pool))
      if (bridge.startsWith(`b${copy.id}`)) await removeBridge(bridge);
    await removeBridge(buildBridge(copy));
    await unmountBelow(copy.path('docker'));
    // A daemon that was started twice leaves a network namespace mounted.
    await unmountBelow(copy.runDir);
    await removeCgroups(cgroupParent(copy));
    // Cells of builds (libs/images/build-limits.ts).
    await removeCgroups(`${cgroupParent(copy)}-builds`);
  },
};

function isShimOf(pid, socket) {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words[0].includes('containerd-shim') && words.includes(socket);
  } catch {
    return false;
  }
}

/** Rules of the build bridge, loaded anew: whoever flushed them, they are back. */
export async function assertBuildRules(copy) {
  await loadRules(
    buildRules({
      table: buildTable(copy),
      bridge: buildBridge(copy),
      subnet: copy.state.buildSubnet,
      pool: copy.state.pool,
      hostServices: await hostServices(),
      denied: deniedBlocks(copy.settings.handedOn.BERTH_EGRESS_DENY),
    }),
  );
}

export function cgroupParent(copy) {
  return `berth-${copy.id}`;
}

async function external(host, asked) {
  const version = await new Engine(host).answers();
  if (version) return { source: 'external', version: version.Version, address: host };
  if (!asked) return null;
  throw new Problem({
    what: `DOCKER_HOST is ${host}, and no Docker Engine answers there.`,
    fix: 'Start that Engine, or unset DOCKER_HOST: Berth then uses the running one or brings its own.',
  });
}

async function ownPackages() {
  const needed = [];
  if (!(await which('dockerd'))) needed.push('docker.io');
  if (!(await which('iptables'))) needed.push('iptables');
  if (!(await which('nft'))) needed.push('nftables');
  if (!(await which('ip'))) needed.push('iproute2');
  return needed;
}

function ownSocket(copy) {
  return `unix://${join(copy.runDir, 'docker.sock')}`;
}

function configFile(copy) {
  return copy.path('docker', 'daemon.json');
}

function pidFile(copy) {
  return join(copy.runDir, 'docker.pid');
}

/** Settings of our daemon. iptables is off: the firewall is Berth's own, in tables that carry its id. */
export function daemonConfig(copy) {
  return {
    'data-root': copy.path('docker', 'data'),
    'exec-root': join(copy.runDir, 'docker'),
    pidfile: pidFile(copy),
    hosts: [ownSocket(copy)],
    bridge: buildBridge(copy),
    iptables: false,
    ip6tables: false,
    'ip-forward': true,
    'ip-masq': false,
    'userland-proxy': false,
    // Containers outlive the daemon: its restart or upgrade is no outage.
    'live-restore': true,
    'log-driver': 'local',
    'log-opts': { 'max-size': '5m', 'max-file': '3' },
    runtimes: { [runtimeName]: { path: networkRunc(copy.runDir) } },
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'cgroup-parent': cgroupParent(copy),
    'max-concurrent-downloads': 4,
    'registry-mirrors': copy.settings.mirrors,
    'insecure-registries': copy.settings.mirrors
      .filter((url) => url.startsWith('http://'))
      .map((url) => new URL(url).host),
    builder: {
      // No build steps into the host's own network, whatever a base image's ONBUILD asks for.
      entitlements: { 'network-host': false, 'security-insecure': false },
      gc: {
        enabled: true,
        defaultKeepStorage: '8GB',
        // The built-in policy drops cache mounts after 48 h unused; ours only when there is too much.
        policy: [
          { keepStorage: '4GB', filter: ['unused-for=1440h'] },
          { keepStorage: '8GB', all: true },
        ],
      },
    },
  };
}

/**
 * containerd dies with a killed dockerd, but until somebody reaps it, the next dockerd takes it for alive and waits 15 s
 * for its answer. Containers do not mind: their shims live on and are found again.
 */
async function endOldContainerd(copy) {
  const file = join(copy.runDir, 'docker', 'containerd', 'containerd.pid');
  const pid = Number(await readFile(file, 'utf8').catch(() => ''));
  const command = pid > 0 ? await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '') : '';
  if (command.includes(join(copy.runDir, 'docker'))) await stopProcess(identify(pid), { graceMs: 3000 });
  await rm(file, { force: true });
}

async function unmountBelow(folder) {
  const mounts = (await readFile('/proc/mounts', 'utf8'))
    .split('\n')
    .map((line) => line.split(' ')[1])
    .filter((path) => path?.startsWith(`${folder}/`))
    .sort((a, b) => b.length - a.length);
  for (const path of mounts) await run('umount', ['-l', path]).catch(() => '');
}

/** Cgroups of ours that are empty now. Both layouts: one tree, or one for each controller. */
async function removeCgroups(name) {
  const base = '/sys/fs/cgroup';
  const roots = (await exists(`${base}/cgroup.controllers`))
    ? [base]
    : (await readdir(base)).map((controller) => join(base, controller));
  for (const root of roots) await removeDeepest(join(root, name));
}

async function removeDeepest(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) if (entry.isDirectory()) await removeDeepest(join(folder, entry.name));
  await rmdir(folder).catch(() => {});
}
