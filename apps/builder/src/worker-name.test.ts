import { spawnSync } from 'node:child_process';
import { hostname } from 'node:os';
import { describe, expect, it } from 'vitest';
import { isDead, workerName } from './worker-name.js';

describe('worker name', () => {
  it('tells a gone process of this machine, and nothing about any other', () => {
    const { pid } = spawnSync(process.execPath, ['-e', '']);
    expect(isDead(`${hostname()}/${pid}/abcd`)).toBe(true);
    expect(isDead(workerName())).toBe(false);
    expect(isDead(`elsewhere/${pid}/abcd`)).toBe(false);
    for (const odd of ['', 'tester', `${hostname()}/0/x`, `${hostname()}/-1/x`])
      expect(isDead(odd)).toBe(false);
  });

  it('is another one for each worker', () => {
    expect(workerName()).not.toBe(workerName());
  });
});
