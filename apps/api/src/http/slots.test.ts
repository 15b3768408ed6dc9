import { describe, expect, it } from 'vitest';
import { Slots } from './slots.js';

describe('Slots', () => {
  it('lets so many run, the next wait in order, and turns the rest away', async () => {
    const slots = new Slots({ running: 2, waiting: 2, waitMs: 60_000 }, 'things');
    const seen: string[] = [];
    const first = await slots.take();
    const second = await slots.take();
    const third = slots.take().then((release) => (seen.push('third'), release));
    const fourth = slots.take().then((release) => (seen.push('fourth'), release));
    await expect(slots.take()).rejects.toMatchObject({ code: 'busy' });
    first();
    first();
    const releaseThird = await third;
    expect(seen).toEqual(['third']);
    second();
    (await fourth)();
    releaseThird();
    const again = await Promise.all([slots.take(), slots.take()]);
    await expect(Promise.race([slots.take(), Promise.resolve('waits')])).resolves.toBe('waits');
    again.forEach((release) => release());
  });

  it('leaves half of the slots and of the places to others than one who takes all they get', async () => {
    const slots = new Slots({ running: 4, waiting: 4, waitMs: 60_000 }, 'things');
    const [first] = await Promise.all([slots.take('greedy'), slots.take('greedy')]);
    const waiting = [slots.take('greedy'), slots.take('greedy')];
    await expect(slots.take('greedy')).rejects.toMatchObject({ code: 'busy' });
    const others = await Promise.all([slots.take('other'), slots.take('third')]);
    const behind = slots.take('other');
    others[0]?.();
    (await behind)();
    first?.();
    await expect(waiting[0]).resolves.toBeTypeOf('function');
  });

  it('gives up waiting after a while', async () => {
    const slots = new Slots({ running: 1, waiting: 1, waitMs: 5 }, 'things');
    const release = await slots.take();
    await expect(slots.take()).rejects.toMatchObject({
      message: 'Too many things at once; try again in a minute.',
    });
    release();
    (await slots.take())();
  });
});
