import { appendFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { linesBackwards } from './lines-backwards.js';
import { LogFile } from './log-file.js';
import type { InstanceLogLine } from './log-line.js';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-logs-'));
});
afterEach(() => rm(directory, { recursive: true }));

let serial = 0;
const line = (text: string, instance = 'i1'): InstanceLogLine => ({
  at: `2026-01-01T00:00:00.${String((serial += 1)).padStart(9, '0')}Z`,
  instance,
  process: 'web',
  release: 1,
  stream: 'stdout',
  text,
});
const texts = (lines: InstanceLogLine[]) => lines.map(({ text }) => text);

describe('log of an app', () => {
  it('gives back the last lines, in order, whatever they contain', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 30 }),
        fc.integer({ min: 1, max: 40 }),
        async (written, tail) => {
          await rm(directory, { recursive: true });
          const log = new LogFile(directory);
          await log.append(written.map((text) => line(text)));
          expect(texts(await log.read(tail))).toEqual(written.slice(-tail));
        },
      ),
      { numRuns: 50 },
    );
  });

  it('finds by text and by instance', async () => {
    const log = new LogFile(directory);
    await log.append([line('apple'), line('pear', 'i2'), line('apple pie', 'i2')]);
    expect(texts(await log.read(10, ({ text }) => text.includes('apple')))).toEqual(['apple', 'apple pie']);
    expect(texts(await log.read(1, ({ instance }) => instance === 'i1'))).toEqual(['apple']);
    expect(await log.lastAt('i3')).toBeNull();
  });

  it('keeps at most two files of the size, the newest lines in them', async () => {
    const log = new LogFile(directory, 2000);
    for (let i = 0; i < 100; i += 1) await log.append([line(`number ${i}`)]);
    for (const path of [log.current, log.previous]) expect((await stat(path)).size).toBeLessThanOrEqual(2000);
    const kept = texts(await log.read(1000));
    expect(kept.at(-1)).toBe('number 99');
    expect(kept).toEqual(Array.from({ length: kept.length }, (_, i) => `number ${100 - kept.length + i}`));
  });

  it('cuts off a line that a crash left torn, and goes on after it', async () => {
    const first = new LogFile(directory);
    await first.append([line('whole')]);
    await appendFile(first.current, '{"at":"2026');
    const second = new LogFile(directory);
    expect(texts(await second.read(10))).toEqual(['whole']);
    await second.append([line('after')]);
    expect(texts(await second.read(10))).toEqual(['whole', 'after']);
  });
});

describe('a file read backwards', () => {
  it('gives the same lines as read forwards, wherever blocks end', async () => {
    const path = join(directory, 'file');
    const lines = Array.from({ length: 3000 }, (_, i) => `${i} ${'ä'.repeat(i % 97)}`);
    await writeFile(path, `${lines.join('\n')}\n`);
    const got: string[] = [];
    for await (const text of linesBackwards(path)) got.push(text);
    expect(got.reverse()).toEqual(lines);
  });

  it('has no lines when there is no file', async () => {
    for await (const text of linesBackwards(join(directory, 'none'))) throw new Error(text);
  });
});
