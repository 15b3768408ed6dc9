import { describe, expect, it } from 'vitest';
import { parseBerthToml } from '#libs/buildpack/berth-toml.js';
import { starterToml } from './starter-toml.js';

describe('the berth.toml of a new folder', () => {
  const text = starterToml('hello');

  it('changes nothing', () => {
    expect(parseBerthToml(text)).toEqual(parseBerthToml(''));
  });

  it('shows settings that are taken as they stand', () => {
    const examples = text.split('\n').slice(3);
    const settings = parseBerthToml(examples.map((line) => line.replace(/^# ?/, '')).join('\n'));
    expect(settings).not.toEqual(parseBerthToml(''));
    expect(JSON.stringify(settings)).toContain('tidy');
  });
});
