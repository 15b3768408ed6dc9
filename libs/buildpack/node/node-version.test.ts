import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planOf } from '../plan-of.js';
import { majorFor } from './node-version.js';

const MAJORS = [24, 26, 22, 20, 18];
const json = (value: object) => JSON.stringify(value);

describe('the version of Node', () => {
  it.each([
    ['22', 22],
    ['v20.11.1', 20],
    ['22.x', 22],
    ['^20.10.0', 20],
    ['~18.0', 18],
    ['>=18', 24],
    ['>=18 <21', 20],
    ['>= 18.0.0 < 23', 22],
    ['<24', 22],
    ['<24.5.0', 24],
    ['18 || 20', 20],
    ['18.x || >=22', 24],
    ['18 - 22', 22],
    ['>24', 26],
    ['>=26', 26],
    ['*', 24],
    ['lts/*', 24],
    ['lts/jod', 22],
    ['node', 24],
    ['23', null],
    ['lts/nobody', null],
    ['16', null],
  ])('%s is answered by %s', (range, major) => {
    expect(majorFor(range, MAJORS, 24)).toBe(major);
  });

  it('is one of those that there are, for any text', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 30 }), (range) => {
        expect([...MAJORS, null]).toContain(majorFor(range, MAJORS, 24));
      }),
    );
  });

  it.each([
    [{ '.nvmrc': '# for tests\nv22.1.0\n' }, '.nvmrc asks for Node v22.1.0.'],
    [{ '.node-version': '22' }, '.node-version asks for Node 22.'],
    [
      { 'package.json': json({ engines: { node: '22.x' } }) },
      '"engines" in package.json asks for Node 22.x.',
    ],
    [
      { 'package.json': json({ volta: { node: '22.1.0' }, engines: { node: '18' } }) },
      '"volta" in package.json',
    ],
    [{ '.nvmrc': '18', 'berth.toml': '[build.versions]\nnode = "22"' }, 'berth.toml asks for Node 22.'],
  ])('follows %j', async (files, why) => {
    const plan = await planOf({ 'package.json': '{}', 'server.js': '', ...files } as Record<string, string>);
    expect(plan.stacks).toEqual(['node-22']);
    expect(plan.dockerfile).toContain('FROM stack/node-22\n');
    expect(plan.choices.find(({ what }) => what === 'Runtime')?.why).toContain(why);
  });

  it('that is older than all there are becomes the oldest, with a warning', async () => {
    const plan = await planOf({ 'package.json': json({ engines: { node: '14.x' } }), 'server.js': '' });
    expect(plan.stacks).toEqual(['node-18']);
    expect(plan.warnings.join()).toContain(
      'asks for Node 14.x, which gets no more security updates; Node 18 is used',
    );
  });

  it('that there is not is refused with those there are', async () => {
    await expect(planOf({ 'package.json': '{}', 'server.js': '', '.nvmrc': '23' })).rejects.toThrow(
      '.nvmrc asks for Node 23, and Berth has Node 18, 20, 22, 24, 26. Change .nvmrc to one of these.',
    );
  });
});
