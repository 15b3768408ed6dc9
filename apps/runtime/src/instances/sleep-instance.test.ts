import { describe, expect, it, vi } from 'vitest';
import type { RuntimeContext } from '../runtime-context.js';
import type { InstanceRow } from './start-instance.js';
import { freezeInstance } from './sleep-instance.js';

const moveInstance = vi.hoisted(() => vi.fn<() => Promise<object>>(async () => ({})));
vi.mock('#libs/store/instances.js', () => ({ moveInstance }));

/** An instance that is to be frozen; `connected` says who is connected at each look, `onFreeze` what happens in that moment. */
function world(onFreeze: (world: { connected: string[]; wanted: boolean }) => void = () => undefined) {
  const now = { connected: [] as string[], wanted: true };
  const did: string[] = [];
  moveInstance.mockClear();
  const context = {
    engine: {
      sockets: async () => ({
        listening: [],
        established: now.connected.map((remoteAddress) => ({ localPort: 8080, remoteAddress })),
      }),
      freeze: async () => {
        did.push('freeze');
        onFreeze(now);
        return true;
      },
      thaw: async () => void did.push('thaw'),
    },
    routes: { stats: async () => ({ epoch: 1, generation: 1, instances: {} }) },
    terminals: { countIn: () => 0 },
    sleepers: {
      mayFreeze: () => now.wanted,
      mayBeStoodInFor: () => false,
      wake: async () => void did.push('wake'),
    },
  } as unknown as RuntimeContext;
  const instance = { id: 'i', port: 8080, address: '10.64.0.2' } as InstanceRow;
  const input = { appId: 'a', instance, containerId: 'c', signal: new AbortController().signal, hook: null };
  return { did, freeze: () => freezeInstance(context, input) };
}

describe('an instance that is to be frozen', () => {
  it('is frozen when nobody is connected, and that is written', async () => {
    const w = world();
    await w.freeze();
    expect(w.did).toEqual(['freeze']);
    expect(moveInstance).toHaveBeenCalledOnce();
  });

  it('goes on when a team-mate connects to its address in that very moment: nobody else would thaw it', async () => {
    const w = world((now) => now.connected.push('10.64.0.7'));
    await w.freeze();
    expect(w.did).toEqual(['freeze', 'thaw', 'wake']);
    expect(moveInstance).not.toHaveBeenCalled();
  });

  it('goes on when a visitor comes in that very moment', async () => {
    const w = world((now) => (now.wanted = false));
    await w.freeze();
    expect(w.did).toEqual(['freeze', 'thaw']);
    expect(moveInstance).not.toHaveBeenCalled();
  });
});
