import { z } from 'zod';
import { platformView, type PlatformView } from '#libs/contracts/api/platform.js';
import type { PlatformFacts } from '#libs/store/platform-queries.js';

type HostView = PlatformView['hosts'][number];

/** A host that has not been heard of for longer than this is not well. */
const SEEN_WITHIN_MS = 30_000;

const engineOf = z.object(platformView.shape.hosts.element.shape.engine.unwrap().shape);

export function hostViewOf(
  host: PlatformFacts['hosts'][number],
  instances: PlatformFacts['instances'],
  now = Date.now(),
): HostView {
  const engine = engineOf.safeParse(host.engine);
  const own = instances.filter(({ hostId }) => hostId === host.id);
  return {
    name: host.name,
    lastSeenAt: host.lastSeenAt?.toISOString() ?? null,
    ok: host.lastSeenAt !== null && now - host.lastSeenAt.getTime() < SEEN_WITHIN_MS,
    engine: engine.success ? engine.data : null,
    instances: Object.fromEntries(own.map(({ status, _count }) => [status, _count._all])),
    networks: host._count.networks,
  };
}
