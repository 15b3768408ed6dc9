import { describe, expect, it } from 'vitest';
import { label, type ContainerView } from '#libs/engine/port.js';
import { DiskWatch } from './disk-watch.js';

const MB = 1024 * 1024;

/** Containers that wrote so much, on a disk with so much left; what was done to them. */
function host(freeMb: number, containers: Record<string, [mb: number, kind: string, state: string]>) {
  const done: string[] = [];
  const entries = Object.entries(containers);
  const watch = new DiskWatch({
    engine: {
      written: async () => new Map(entries.map(([id, [mb]]) => [id, mb * MB])),
      list: async () =>
        entries.map(
          ([id, [, kind, state]]) =>
            ({ id, name: id, state, labels: { [label.kind]: kind } }) as unknown as ContainerView,
        ),
      stop: async (id) => void done.push(`stop ${id}`),
      remove: async (id) => void done.push(`remove ${id}`),
    },
    freeMb: async () => freeMb,
    leastFreeMb: 512,
    warn: () => {},
  });
  return { watch, done };
}

describe('a host whose disk', () => {
  it('has room lets everybody write', async () => {
    const { watch, done } = host(512, { a: [9000, 'instance', 'running'] });
    await watch.look();
    expect(done).toEqual([]);
  });

  it('is nearly full ends the instance that wrote most, frozen or not, and knows why', async () => {
    const { watch, done } = host(511, { a: [300, 'instance', 'running'], b: [900, 'instance', 'paused'] });
    await watch.look();
    expect(done).toEqual(['stop b']);
    expect([watch.endedAt('a'), watch.endedAt('b')]).toEqual([undefined, 900]);
  });

  it.each([
    ['instance', 'exited'],
    ['run', 'running'],
  ])('is nearly full is rid of what would not go by itself: %s, %s', async (kind, state) => {
    const { watch, done } = host(0, { a: [300, kind, state] });
    await watch.look();
    expect(done).toEqual(['remove a']);
  });

  it('is filled by somebody else ends nobody', async () => {
    const { watch, done } = host(0, { a: [255, 'instance', 'running'] });
    await watch.look();
    expect(done).toEqual([]);
  });
});
