import { describe, expect, it } from 'vitest';
import { BerthError } from '#libs/core/errors.js';
import { whilePartsAreAway } from './retry.js';
import { Stopped } from './stopped.js';

const away = () => new BerthError('registry_unreachable', 'The registry is away.');
const database = () => Object.assign(new Error('x'), { code: 'P1001' });

function run(faults: unknown[], signal = new AbortController().signal) {
  const said: string[] = [];
  const work = async () => {
    if (faults.length > 0) throw faults.shift();
    return 'done';
  };
  const options = { signal, onRetry: (sentence: string) => void said.push(sentence), pauses: [1, 1, 1] };
  return { result: whilePartsAreAway(work, options), said };
}

describe('while parts are away', () => {
  it('tries again, and says so', async () => {
    const { result, said } = run([away(), database()]);
    expect(await result).toBe('done');
    expect(said).toEqual([
      'The registry is away. Trying again in 0.001 s.',
      'The database does not answer. Trying again in 0.001 s.',
    ]);
  });

  it('gives up in the end, with the last fault', async () => {
    await expect(run([away(), away(), away(), away(), away()]).result).rejects.toMatchObject({
      code: 'registry_unreachable',
    });
  });

  it('does not repeat what is the app’s own fault', async () => {
    const { result, said } = run([new BerthError('image_missing', 'No such image.')]);
    await expect(result).rejects.toMatchObject({ code: 'image_missing' });
    expect(said).toEqual([]);
  });

  it('ends at once when the work is not wanted any more', async () => {
    const abort = new AbortController();
    abort.abort(new Stopped('ended'));
    await expect(run([away()], abort.signal).result).rejects.toMatchObject({ why: 'ended' });
  });
});
