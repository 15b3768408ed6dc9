import { BerthError } from '#libs/core/errors.js';
import {
  formatBlock,
  freeSlot,
  hostAddress,
  hostCount,
  parseBlock,
  teamBlock,
  type Block,
} from '#libs/core/subnet.js';
import type { Network } from './generated/client.js';
import type { Db, Tx } from './db.js';
import { fenced, type Fence } from './hosts.js';

export type { Network };

/** How a host's networks are cut and named. */
export interface NetworkPlan {
  /** CIDR of the pool. */
  pool: string;
  /** Blocks that something else on the host uses. */
  used: Block[];
  name: (teamSlug: string) => string;
  bridge: (slot: number) => string;
}

/** The team's network on this host; cuts one from the pool if there is none. Throws `subnet_pool_exhausted`. */
export function ensureNetworkRow(db: Db, fence: Fence, teamId: string, plan: NetworkPlan): Promise<Network> {
  return fenced(db, fence, async (tx) => {
    await lockHost(tx, fence);
    const found = await tx.network.findUnique({ where: { teamId_hostId: { teamId, hostId: fence.hostId } } });
    if (found) return found;
    const team = await tx.team.findUniqueOrThrow({ where: { id: teamId }, select: { slug: true } });
    const { slot, subnet } = await chooseSlot(tx, fence, plan);
    return tx.network.create({
      data: {
        teamId,
        hostId: fence.hostId,
        slot,
        name: plan.name(team.slug),
        bridge: plan.bridge(slot),
        subnet,
      },
    });
  });
}

/**
 * Gives a network another subnet after the engine has refused its own. Null while addresses of it are held: then the
 * engine's refusal is not about a new network.
 */
export function moveNetworkRow(db: Db, fence: Fence, id: string, plan: NetworkPlan): Promise<Network | null> {
  return fenced(db, fence, async (tx) => {
    await lockHost(tx, fence);
    if (await tx.addressLease.count({ where: { networkId: id, releasedAt: null } })) return null;
    const { slot, subnet } = await chooseSlot(tx, fence, plan);
    await tx.addressLease.deleteMany({ where: { networkId: id } });
    return tx.network.update({ where: { id }, data: { slot, subnet, bridge: plan.bridge(slot) } });
  });
}

/** Serialises choices of slots on this host. */
async function lockHost(tx: Tx, fence: Fence): Promise<void> {
  await tx.$queryRaw`SELECT pg_advisory_xact_lock(hashtext(${`networks:${fence.hostId}`}))::text`;
}

async function chooseSlot(
  tx: Tx,
  fence: Fence,
  plan: NetworkPlan,
): Promise<{ slot: number; subnet: string }> {
  const pool = parseBlock(plan.pool);
  const rows = await tx.network.findMany({ where: { hostId: fence.hostId }, select: { slot: true } });
  const slot = freeSlot(pool, new Set(rows.map((row) => row.slot)), plan.used);
  if (slot === null) {
    throw new BerthError(
      'subnet_pool_exhausted',
      `No free network is left in ${plan.pool}. Point BERTH_SUBNET_POOL at a larger private range.`,
    );
  }
  return { slot, subnet: formatBlock(teamBlock(pool, slot)) };
}

/** All networks of this host. */
export function networksOf(db: Db, hostId: string): Promise<Network[]> {
  return db.network.findMany({ where: { hostId }, orderBy: { slot: 'asc' } });
}

/** Networks of teams that are gone or have neither apps nor instances left here. */
export function idleNetworks(db: Db, hostId: string): Promise<Network[]> {
  return db.network.findMany({
    where: {
      hostId,
      leases: { none: { releasedAt: null } },
      team: { apps: { none: { deletedAt: null } } },
    },
  });
}

/** Forgets a network that is gone from the engine. False when an address of it was taken meanwhile. */
export function dropNetworkRow(db: Db, fence: Fence, id: string): Promise<boolean> {
  return fenced(db, fence, async (tx) => {
    const { count } = await tx.network.deleteMany({ where: { id, leases: { none: { releasedAt: null } } } });
    return count === 1;
  });
}

/**
 * The address of an instance; the same one when asked again. New ones come first, then the one released longest ago, so
 * that an address is reused as late as possible. Throws `addresses_exhausted`.
 */
export async function leaseAddress(
  tx: Tx,
  lease: { networkId: string; instanceId: string },
): Promise<string> {
  const { networkId, instanceId } = lease;
  const [network] = await tx.$queryRaw<{ subnet: string }[]>`
    SELECT subnet FROM "Network" WHERE id = ${networkId}::uuid FOR UPDATE`;
  if (!network) throw new BerthError('network_gone', 'The network of this team is gone. Look again.');
  const held = await tx.addressLease.findFirst({ where: { networkId, instanceId, releasedAt: null } });
  if (held) return held.address;
  const block = parseBlock(network.subnet);
  const used = await tx.addressLease.count({ where: { networkId } });
  if (used < hostCount(block)) {
    const address = hostAddress(block, used);
    await tx.addressLease.create({ data: { networkId, address, instanceId } });
    return address;
  }
  const oldest = await tx.addressLease.findFirst({
    where: { networkId, releasedAt: { not: null } },
    orderBy: { releasedAt: 'asc' },
  });
  if (!oldest) {
    throw new BerthError(
      'addresses_exhausted',
      `The network ${network.subnet} of this team has no free address. Scale down or remove an app.`,
    );
  }
  await tx.addressLease.update({
    where: { networkId_address: { networkId, address: oldest.address } },
    data: { instanceId, leasedAt: new Date(), releasedAt: null },
  });
  return oldest.address;
}

/**
 * Gives an instance's address back. Only to be called once its container is gone and every route table that named it is
 * known to be replaced.
 */
export async function releaseAddress(tx: Tx, instanceId: string): Promise<void> {
  await tx.addressLease.updateMany({
    where: { instanceId, releasedAt: null },
    data: { releasedAt: new Date() },
  });
}
