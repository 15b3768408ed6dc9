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
