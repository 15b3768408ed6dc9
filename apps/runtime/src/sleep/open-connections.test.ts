import { describe, expect, it } from 'vitest';
import type { RuntimeContext } from '../runtime-context.js';
import { openConnections } from './open-connections.js';

const gateway = '10.64.0.1';
const of = { appId: 'a', teamId: 't', instanceId: 'i', containerId: 'c', port: 8080 };

/** How many are open to an instance, by what the kernel shows and what the activator says of its own. */
function open(established: string[] | null, activator: { inFlight: number; idle?: number } | null) {
  const sockets = established && {
    listening: [],
    established: [
      ...established.map((remoteAddress) => ({ localPort: of.port, remoteAddress })),
      // The app's own connection to somebody is nobody's use of it.
      { localPort: 40_000, remoteAddress: gateway },
    ],
  };
  const counters = activator && { i: { appId: 'a', requests: 1, errors: 0, buckets: [], ...activator } };
  return openConnections(
    {
      engine: { sockets: async () => sockets },
      networks: { ensure: async () => ({ subnet: '10.64.0.0/22' }) },
      routes: { stats: async () => ({ epoch: 1, generation: 1, instances: counters ?? {} }) },
    } as unknown as Pick<RuntimeContext, 'engine' | 'networks' | 'routes'>,
    of,
  );
}

describe('connections that are open to an instance', () => {
  it.each([
    { what: 'nothing', established: [], activator: null, use: 0 },
    {
      what: 'what the activator keeps for nobody',
      established: [gateway],
      activator: { inFlight: 0, idle: 1 },
      use: 0,
    },
    {
      what: 'a request in flight beside it',
      established: [gateway, gateway],
      activator: { inFlight: 1, idle: 1 },
      use: 1,
    },
    {
      what: 'requests that share a connection',
      established: [gateway],
      activator: { inFlight: 3, idle: 0 },
      use: 3,
    },
    {
      what: 'a request that is about to connect',
      established: [],
      activator: { inFlight: 1, idle: 0 },
      use: 1,
    },
    { what: 'a team-mate’s', established: ['10.64.0.7'], activator: { inFlight: 0, idle: 0 }, use: 1 },
  ])('$what: $use', async ({ established, activator, use }) => {
    expect(await open(established, activator)).toBe(use);
  });

  it('a WebSocket that came straight from Traefik counts, also once the app has no route of its own any more', async () => {
    expect(await open([gateway, gateway], { inFlight: 0, idle: 1 })).toBe(1);
    expect(await open([gateway], null)).toBe(1);
  });

  it('cannot be known where the host does not see them', async () => {
    expect(await open(null, null)).toBeNull();
  });
});
