import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isVolumeName, isWithin, overlapOf, volumePathProblem } from './volumes.js';

describe('the path of a volume', () => {
  it.each(['/data', '/app/data', '/var/lib/postgresql/data', '/usr/src/app/uploads', '/home/node/.cache'])(
    'may be %s',
    (path) => {
      expect(volumePathProblem(path)).toBeNull();
    },
  );

  it.each([
    ['data', 'not an absolute path'],
    ['', 'not an absolute path'],
    ['/a b', 'not an absolute path'],
    ['/a:ro', 'not an absolute path'],
    ['/a/../etc', 'not a plain path'],
    ['/a//b', 'not a plain path'],
    ['/data/', 'not a plain path'],
    ['/./a', 'not a plain path'],
    ['/', 'would hide everything'],
    ['/app', 'would hide everything'],
    ['/usr', 'would hide everything'],
    ['/tmp', 'the system keeps'],
    ['/proc/self', 'the system keeps'],
    ['/etc/cron.d', 'the system keeps'],
    ['/var/run/docker.sock', 'the system keeps'],
    ['/run', 'the system keeps'],
  ])('may not be %j', (path, problem) => {
    expect(volumePathProblem(path)).toContain(problem);
  });

  it('never leads out of itself, nor into what the kernel or the Engine keeps', () => {
    const part = fc.constantFrom('', '.', '..', 'a', 'proc', 'etc', 'data', 'tmp');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 5 }), (parts) => {
        const path = `/${parts.join('/')}`;
        if (volumePathProblem(path) !== null) return;
        expect(new URL(`file://${path}`).pathname).toBe(path);
        for (const kept of ['/proc', '/etc', '/tmp']) expect(isWithin(path, kept)).toBe(false);
      }),
    );
  });
});

it.each([
  ['data', true],
  ['user-files', true],
  ['Data', false],
  ['1st', false],
  ['a--b', false],
  ['a-', false],
  ['a'.repeat(31), false],
])('%s as the name of a volume: %s', (name, valid) => {
  expect(isVolumeName(name)).toBe(valid);
});

it('finds volumes that lie within each other, and no others', () => {
  expect(overlapOf({ a: '/data', b: '/data/b' })).toEqual(['b', 'a']);
  expect(overlapOf({ a: '/data/a', b: '/x', c: '/data' })).toEqual(['c', 'a']);
  expect(overlapOf({ a: '/data', b: '/data' })).toEqual(['b', 'a']);
  expect(overlapOf({ a: '/data', b: '/database' })).toBeNull();
});
