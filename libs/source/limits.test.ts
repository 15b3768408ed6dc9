import { describe, expect, it } from 'vitest';
import { SourceMeter, sourceLimits } from './limits.js';

describe('a source that is too large', () => {
  it('of 100,001 files: the folder that has most of them is named, with the way to take it out', () => {
    const meter = new SourceMeter();
    const fill = () => {
      meter.entry('package.json');
      for (let index = 0; index < sourceLimits.entries; index += 1) {
        meter.entry(index % 50 === 0 ? `src/a${index}.js` : `web/node_modules/p${index % 900}/f${index}.js`);
      }
    };
    expect(fill).toThrow(
      /more than 100000 files, 98000 of them in "web\/node_modules\/"\. .*\.gitignore.*git rm -r --cached/,
    );
  });

  it('by one file of 2 GB, which comes in pieces: that file is named', () => {
    const meter = new SourceMeter();
    const fill = () => {
      meter.add(3_000, 'package.json');
      for (let index = 0; index < 2_048; index += 1) meter.add(1024 * 1024, 'data/größe 2.bin');
      meter.add(1, 'z');
    };
    expect(fill).toThrow(
      /larger than 1024 MiB once unpacked; the largest file so far is "data\/größe 2.bin"/,
    );
  });

  it('is taken up to its limits', () => {
    const meter = new SourceMeter({ entries: 2, bytes: 10 });
    meter.entry('a');
    meter.add(4, 'a');
    meter.entry('b/c');
    meter.add(6, 'b/c');
    expect(() => meter.add(1, 'b/c')).toThrow(/"b\/c"/);
    expect(() => meter.entry('d')).toThrow(/more than 2 files, 1 of them in "b\/"/);
  });
});
