import { afterEach, describe, expect, it, vi } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import type { RuntimeContext } from '../runtime-context.js';
import { endInstance, type EndInput } from './end-instance.js';

vi.mock('#libs/store/instances.js', () => ({ moveInstance: async () => ({}) }));
afterEach(() => void vi.useRealTimers());

describe('an instance that is to go', () => {
  it('is waited for while it has a request in flight, also when the host’s clock is set meanwhile', async () => {
    const did: string[] = [];
    let inFlight = 1;
    let asked = 0;
    const context = {
      engine: {
        sockets: async () => ({ listening: [], established: [] }),
        stop: async () => void did.push('stop'),
        remove: async () => void did.push('remove'),
      },
      networks: { ensure: async () => ({ subnet: '10.64.0.0/22' }) },
      routes: { inFlight: async () => ((asked += 1), inFlight) },
      terminals: { endIn: async () => undefined },
      logsWritten: async () => undefined,
    } as unknown as RuntimeContext;
    const instance = { id: 'i', port: 8080, readyAt: new Date(), release: { graceSeconds: 1 } };
    const input = {
      ...{ app: { teamId: 't' }, instance, containerId: 'c', frozen: false },
      signal: new AbortController().signal,
    } as unknown as EndInput;
    const ended = endInstance(context, input);
    await waitFor('a look', () => asked > 0, { timeoutMs: 2_000 });
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 3_600_000 });
    const before = asked;
    await waitFor('two more', () => asked > before + 1, { timeoutMs: 2_000 });
    expect(did).toEqual([]);
    inFlight = 0;
    await ended;
    expect(did).toEqual(['stop', 'remove']);
  });
});
