import { describe, expect, it } from 'vitest';
import { KeyedLock } from './lock.js';

describe('KeyedLock', () => {
  it('runs one at a time for each key, in order, whatever fails, and other keys beside it', async () => {
    const lock = new KeyedLock();
    const seen: string[] = [];
    const gates = new Map<string, () => void>();
    const work = (name: string) => () =>
      new Promise<string>((resolve, reject) => {
        seen.push(`+${name}`);
        gates.set(name, () => {
          seen.push(`-${name}`);
          if (name === 'a1') reject(new Error('a1'));
          else resolve(name);
        });
      });
    const a1 = lock.run('a', work('a1'));
    const a2 = lock.run('a', work('a2'));
    const b1 = lock.run('b', work('b1'));
    a1.catch(() => undefined);
    await Promise.resolve();
    expect(seen).toEqual(['+a1', '+b1']);
    gates.get('a1')?.();
    await expect(a1).rejects.toThrow('a1');
    expect(seen).toEqual(['+a1', '+b1', '-a1', '+a2']);
    gates.get('a2')?.();
    gates.get('b1')?.();
    expect(await Promise.all([a2, b1])).toEqual(['a2', 'b1']);
  });
});
