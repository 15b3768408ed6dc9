import { chooseFree, formatAddress, overlaps, parseCidr, routedNetworks } from '../subnets.mjs';
import { sbinEnv } from './firewall.mjs';
import { Problem } from './problem.mjs';
import { run } from './run.mjs';

const poolRange = '10.64.0.0/10';
const buildRange = '10.192.0.0/11';

/** The kernel's routes, as `ip -j` tells them. */
async function hostRoutes() {
  return JSON.parse(
    (await run('ip', ['-j', '-4', 'route', 'show', 'table', 'all'], { env: sbinEnv() })) || '[]',
  );
}

/** Chooses the pool of team networks and the build network at first start; they stay for good. */
export async function chooseNetworks(copy, env = process.env) {
  const state = copy.state;
  if (env.BERTH_SUBNET_POOL) state.pool = env.BERTH_SUBNET_POOL;
  const routes = await hostRoutes();
  if (state.pool) refuseForeign(routes, state.pool, copy.id);
  if (state.pool && state.buildSubnet) return;
  const used = routedNetworks(routes);
  // A pool that is only held belongs to another copy, maybe to one that was killed: the last resort.
  const inUse = routedNetworks(routes.filter((route) => route.type !== 'unreachable'));
  const turn = parseInt(copy.id.slice(0, 4), 36);
  state.pool ??=
    chooseFree(poolRange, 14, used, turn) ??
    chooseFree(poolRange, 14, inUse, turn) ??
    noneFree(poolRange, 14);
  state.buildSubnet ??= chooseFree(buildRange, 24, used, turn) ?? noneFree(buildRange, 24);
}

/** Somebody else may have taken our pool while we were down; two would then answer at one address. */
function refuseForeign(routes, pool, id) {
  const foreign = routes.find(
    (route) =>
      route.dev &&
      !route.dev.includes(id) &&
      routedNetworks([route]).some((network) => overlaps(network, pool)),
  );
  if (!foreign) return;
  throw new Problem({
    what: `The addresses ${pool}, which this Berth gives to its apps, are in use on this host.`,
    why: `${foreign.dst} is routed to ${foreign.dev}.`,
    fix: 'Stop what uses them (another copy of Berth?), or set BERTH_SUBNET_POOL to a private /14 that is free here.',
  });
}

function noneFree(range, bits) {
  throw new Problem({
    what: `No /${bits} network is free inside ${range}: this host has routes to all of it.`,
    fix: 'Set BERTH_SUBNET_POOL to a private /14 that is free here.',
  });
}

/**
 * Holds the pool: what no bridge of ours covers is unreachable at once, so that a packet to an address that is gone
 * neither leaves the host nor waits; and a second copy on this host sees that the pool is taken.
 */
export async function holdPool(pool) {
  await run('ip', ['route', 'replace', 'unreachable', pool, 'proto', 'static', 'metric', '4278198272'], {
    env: sbinEnv(),
  });
}

export async function releasePool(pool) {
  await run('ip', ['route', 'del', 'unreachable', pool, 'metric', '4278198272'], { env: sbinEnv() }).catch(
    () => '',
  );
}

/** Gateway of a network: its first address. */
export function gatewayOf(subnet) {
  return formatAddress(parseCidr(subnet).base + 1);
}

/** Makes sure that a Linux bridge exists with exactly this gateway, and is up. */
export async function ensureBridge(name, subnet) {
  const address = `${gatewayOf(subnet)}/${parseCidr(subnet).bits}`;
  const env = sbinEnv();
  if (!(await linkExists(name))) await run('ip', ['link', 'add', 'name', name, 'type', 'bridge'], { env });
  await run('ip', ['address', 'replace', address, 'dev', name], { env });
  await run('ip', ['link', 'set', 'dev', name, 'up'], { env });
}

export async function removeBridge(name) {
  if (await linkExists(name))
    await run('ip', ['link', 'delete', 'dev', name], { env: sbinEnv() }).catch(() => '');
}

async function linkExists(name) {
  return run('ip', ['link', 'show', 'dev', name], { env: sbinEnv() }).then(
    () => true,
    () => false,
  );
}

/** Bridges on this host whose addresses lie in the pool: team networks that a daemon left behind. */
export async function bridgesIn(pool) {
  const links = JSON.parse(
    (await run('ip', ['-j', '-4', 'address', 'show', 'type', 'bridge'], { env: sbinEnv() }).catch(
      () => '',
    )) || '[]',
  );
  const inside = chooserFor(pool);
  return links
    .filter((link) => link.ifname && link.addr_info?.some((info) => inside(info.local)))
    .map((link) => link.ifname);
}

function chooserFor(pool) {
  const { base, bits } = parseCidr(pool);
  return (address) => {
    const value = parseCidr(address).base;
    return value >= base && value < base + 2 ** (32 - bits);
  };
}
