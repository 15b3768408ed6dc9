import { describe, expect, it } from 'vitest';
import { buildOutput } from '../lib/build-lines.mjs';
import { stacks, startStacks } from './table.mjs';
import { environment, install } from './text.mjs';

const facts = {
  certificates: ['PEM'],
  network: { HTTPS_PROXY: 'http://proxy:1' },
  index: 'https://index.example/',
};

describe('stacks', () => {
  it('stand after what they are built on, and only the first ones are made by a start', () => {
    const names = stacks.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { name, on } of stacks.slice(1))
      expect(names.indexOf(on), name).toBeLessThan(names.indexOf(name));
    expect(startStacks).toEqual(['base', 'node', 'static']);
  });

  it.each(stacks.map((stack) => [stack.name, stack]))(
    '%s says what is in it and builds on what it names',
    (_, stack) => {
      const text = stack.dockerfile('berth/below:1', facts);
      expect(text.split('\n')[0]).toMatch(/^FROM berth\/below:1( AS [a-z]+)?$/);
      expect(stack.holds).not.toBe('');
      expect(JSON.stringify(stack.inputs(facts))).toBeTypeOf('string');
      // One line an instruction: a build of a stack is read by people who look for what went wrong.
      for (const line of text.trim().split('\n'))
        expect(line).toMatch(/^(FROM|COPY|RUN|ENV|USER|CMD|WORKDIR|EXPOSE|STOPSIGNAL) /);
    },
  );

  it('quotes what a Dockerfile would expand, and takes only names of packages', () => {
    expect(environment({ A: 'x"y$z\\', B: '1' })).toBe('A="x\\"y\\$z\\\\" B="1"');
    expect(() => install(['gcc; rm'])).toThrow('no name');
    expect(install(['gcc', 'g++'])).toContain('install gcc g++"');
  });
});

it('every stack that may stand in for an image of Docker Hub is there, in the version that is said', () => {
  for (const [name, version] of [
    ['hub-node', '24'],
    ['hub-node-26', '26'],
    ['hub-node-22', '22'],
    ['hub-node-20', '20'],
    ['hub-node-18', '18'],
    ['hub-python', '3.13'],
    ['hub-golang', '1.'],
    ['rust-build', '1.'],
    ['hub-nginx', '1.'],
    ['java-21-build', '21'],
    ['java-25-build', '25'],
    ['base', 'trixie'],
  ])
    expect(stacks.find((stack) => stack.name === name)?.version).toMatch(new RegExp(`^${version}`));
});

describe('the output of a build', () => {
  const field = (number, bytes) => Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
  it('is read out of what the Engine reports, past fields of all kinds', () => {
    const log = (text) =>
      field(
        3,
        Buffer.concat([
          field(1, Buffer.from('sha256:x')),
          Buffer.from([3 << 3, 0x81, 0x01]),
          Buffer.from([(5 << 3) | 5, 0, 0, 0, 0, (6 << 3) | 1, 0, 0, 0, 0, 0, 0, 0, 0]),
          field(4, Buffer.from(text)),
        ]),
      );
    const message = Buffer.concat([field(1, Buffer.from('vertex')), log('Get:1 tr'), log('ixie\nü')]);
    expect(buildOutput(message.toString('base64'))).toBe('Get:1 trixie\nü');
  });

  it('of something else is nothing', () => {
    for (const text of [
      '',
      'AAAA',
      '////////',
      'Gg==',
      Buffer.from([0x1a, 0xff, 0xff, 0xff, 0xff, 0x7f]).toString('base64'),
    ])
      expect(buildOutput(text)).toBe('');
  });
});
