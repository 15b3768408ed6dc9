import { describe, expect, it } from 'vitest';
import { label, type ContainerView } from '#libs/engine/port.js';
import { DiskWatch } from './disk-watch.js';

const MB = 1024 * 1024;

/** Containers that wrote so much, or whose volumes grew by so much, on a disk with so much left; what was done to them. */
function host(
  freeMb: number | null,
  containers: Record<string, [mb: number, state: string]>,
  grownMb: Record<string, number> = {},
) {
  const done: string[] = [];
  const entries = Object.entries(containers);
  const watch = new DiskWatch({
    engine: {
      freeMb: async () => freeMb,
      written: async () => new Map(entries.map(([id, [mb]]) => [id, mb * MB])),
      list: async () =>
        entries.map(
          ([id, [, state]]) =>
            ({ id, name: id, state, labels: { [label.app]: `app of ${id}` } }) as unknown as ContainerView,
        ),
      stop: async (id) => void done.push(`stop ${id}`),
      remove: async (id) => void done.push(`remove ${id}`),
    },
    grown: async () => new Map(Object.entries(grownMb).map(([id, mb]) => [`app of ${id}`, mb * MB])),
    leastFreeMb: 512,
    warn: () => {},
  });
  return { watch, done };
}

describe('a host whose disk', () => {
  it('has room lets everybody write', async () => {
    const { watch, done } = host(512, { a: [9000, 'running'] });
    await watch.look();
    expect(done).toEqual([]);
  });

  it('is another machine’s is none of this runtime’s sight', async () => {
    const { watch, done } = host(null, { a: [9000, 'running'] });
    await watch.look();
    expect(done).toEqual([]);
  });

  it('is nearly full ends the container that wrote most, frozen or not, and knows why', async () => {
    const { watch, done } = host(511, { a: [300, 'running'], b: [900, 'paused'] });
    await watch.look();
    expect(done).toEqual(['stop b']);
    expect([watch.endedAt('a'), watch.endedAt('b')]).toEqual([undefined, 900]);
  });

  it('is nearly full counts what volumes lately grew by', async () => {
    const { watch, done } = host(0, { a: [300, 'running'], b: [0, 'running'] }, { b: 301 });
    await watch.look();
    expect(done).toEqual(['stop b']);
  });

  it('is nearly full is rid of what has ended and not gone by itself', async () => {
    const { watch, done } = host(0, { a: [300, 'exited'] });
    await watch.look();
    expect(done).toEqual(['remove a']);
  });

  it('is filled by somebody else ends nobody', async () => {
    const { watch, done } = host(0, { a: [255, 'running'] });
    await watch.look();
    expect(done).toEqual([]);
  });
});
