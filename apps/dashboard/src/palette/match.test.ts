import { describe, expect, it } from 'vitest';
import { matching } from './match.ts';

const entries = ['Apps', 'shop', 'shop › Logs', 'workshop', 'Platform', 'Dark theme'].map((label) => ({
  label,
}));
const found = (typed: string) => matching(entries, typed).map(({ label }) => label);

describe('what was typed', () => {
  it('finds what begins with it first, then what has it anywhere', () => {
    expect(found('shop')).toEqual(['shop', 'shop › Logs', 'workshop']);
  });
  it('may be several words in any order, in any case', () => {
    expect(found('LOGS sh')).toEqual(['shop › Logs']);
    expect(found('theme d')).toEqual(['Dark theme']);
  });
  it('finds everything in its order when it is empty, and nothing when nothing matches', () => {
    expect(found('  ')).toHaveLength(entries.length);
    expect(found('zzz')).toEqual([]);
  });
  it('finds by other words than those shown', () => {
    expect(matching([{ label: '应用', also: 'apps' }], 'app')).toHaveLength(1);
  });
});
