import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { StackMaker } from './stack-maker.js';

/**
 * Stands for infra/berth.mjs: leaves a file for each of its runs, and takes it away when it is ended. `slow` runs for ever,
 * `broken` says why it cannot, `silent` ends without a word.
 */
const script = `
import { rmSync, writeFileSync } from 'node:fs';
const [, , , stack, json] = process.argv;
const mark = \`\${process.env.BERTH_HOME}/\${stack}.\${process.pid}\`;
writeFileSync(mark, json);
process.on('SIGTERM', () => { rmSync(mark); process.exit(143); });
console.log('not json');
console.log(JSON.stringify({ note: 'begun ' + stack }));
if (stack === 'broken') { console.log(JSON.stringify({ error: 'Debian cannot be reached. Mend it.' })); process.exit(1); }
if (stack === 'silent') process.exit(3);
setTimeout(() => process.exit(0), stack === 'slow' ? 60_000 : 150);
`;

let home: string;
let maker: StackMaker;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'berth-stacks-'));
  await writeFile(join(home, 'make.mjs'), script);
  maker = new StackMaker(home, join(home, 'make.mjs'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

const runsOf = async (stack: string) => (await readdir(home)).filter((name) => name.startsWith(`${stack}.`));
const never = new AbortController().signal;

describe('making a stack', () => {
  it('happens once for all who need it at the same time, and tells each what goes on', async () => {
    const lines: string[] = [];
    const make = () => maker.make('quick', { onLine: (line) => lines.push(line), signal: never });
    await Promise.all([make(), make(), make()]);
    expect(lines).toEqual(['begun quick', 'begun quick', 'begun quick']);
    expect(await runsOf('quick')).toHaveLength(1);
    await make();
    expect(await runsOf('quick')).toHaveLength(2);
  });

  it('fails with the maker’s own sentence, or with one of ours when it says nothing', async () => {
    const make = (stack: string) => maker.make(stack, { onLine: () => undefined, signal: never });
    await expect(make('broken')).rejects.toMatchObject({
      code: 'stack_unavailable',
      message: 'Debian cannot be reached. Mend it.',
    });
    await expect(make('silent')).rejects.toThrow(
      /"silent" could not be made.*Run "node infra\/berth.mjs stacks silent"/,
    );
  });

  it('ends with the last who waits for it, and not before', async () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const make = ({ signal }: AbortController) => maker.make('slow', { onLine: () => undefined, signal });
    const waits = [make(first), make(second)].map((wait) => wait.catch((error: unknown) => error));
    await waitFor('the maker to run', async () => (await runsOf('slow')).length === 1, { timeoutMs: 10_000 });
    first.abort(new Error('cancelled'));
    expect(await waits[0]).toMatchObject({ message: 'cancelled' });
    expect(await runsOf('slow')).toHaveLength(1);
    second.abort(new Error('cancelled too'));
    expect(await waits[1]).toMatchObject({ message: 'cancelled too' });
    await waitFor('the maker to be gone', async () => (await runsOf('slow')).length === 0, {
      timeoutMs: 10_000,
    });
  });

  it('begins nothing for a deployment that is over already', async () => {
    await expect(
      maker.make('late', { onLine: () => undefined, signal: AbortSignal.abort(new Error('over')) }),
    ).rejects.toThrow('over');
    expect(await runsOf('late')).toEqual([]);
  });
});
