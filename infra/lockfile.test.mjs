import { describe, expect, it } from 'vitest';
import { completed, missingFromLock } from './lockfile.mjs';

const lock = {
  lockfileVersion: 3,
  packages: {
    '': { dependencies: { tool: '1.0.0' } },
    'node_modules/other': { version: '1.0.0' },
    'node_modules/other/node_modules/tool': {
      version: '2.0.0',
      optionalDependencies: { '@tool/linux-x64-gnu': '2.0.0' },
    },
    'node_modules/@tool/linux-x64-gnu': {
      version: '2.0.0',
      integrity: 'sha512-x',
      os: ['linux'],
      cpu: ['x64'],
    },
    'node_modules/tool': {
      version: '1.0.0',
      dev: true,
      optionalDependencies: {
        '@tool/linux-x64-gnu': '2.0.0',
        '@tool/linux-arm64-musl': '1.0.0',
        '@tool/win32-x64-msvc': '1.0.0',
      },
    },
  },
};

describe('lockfile', () => {
  it('is seen to lack packages of other platforms, and not those that a parent folder has', () => {
    expect(missingFromLock(lock).map((one) => one.name)).toEqual([
      '@tool/linux-arm64-musl',
      '@tool/win32-x64-msvc',
    ]);
  });

  it('is whole once completed, with nothing else changed', () => {
    const whole = completed(lock);
    expect(missingFromLock(whole)).toEqual([]);
    expect(whole.packages['node_modules/@tool/linux-arm64-musl']).toEqual({
      version: '1.0.0',
      cpu: ['arm64'],
      dev: true,
      libc: ['musl'],
      optional: true,
      os: ['linux'],
    });
    for (const [path, entry] of Object.entries(lock.packages)) expect(whole.packages[path]).toEqual(entry);
  });

  it('never invents a package whose platform it does not know', () => {
    expect(() => completed({ packages: { '': { optionalDependencies: { mystery: '1.0.0' } } } })).toThrow(
      /Which platform is mystery for/,
    );
  });
});
