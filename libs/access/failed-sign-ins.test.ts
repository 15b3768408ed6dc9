import { describe, expect, it } from 'vitest';
import { FailedSignIns } from './failed-sign-ins.js';

describe('failed sign-ins', () => {
  function counter() {
    const clock = { now: 1_000_000 };
    return { clock, failures: new FailedSignIns(() => clock.now) };
  }
  const fail = (failures: FailedSignIns, times: number, email = 'a@example.org') => {
    for (let turn = 0; turn < times; turn++) failures.failed('1.2.3.4', email);
  };

  it('close the door after ten, for that address and e-mail address only', () => {
    const { failures } = counter();
    fail(failures, 9);
    expect(() => failures.check('1.2.3.4', 'a@example.org')).not.toThrow();
    fail(failures, 1);
    expect(() => failures.check('1.2.3.4', ' A@Example.org')).toThrow('Too many failed');
    expect(() => failures.check('1.2.3.4', 'b@example.org')).not.toThrow();
    expect(() => failures.check('1.2.3.5', 'a@example.org')).not.toThrow();
  });

  it('are forgotten after a success, and after a while', () => {
    const { failures, clock } = counter();
    fail(failures, 10);
    failures.succeeded('1.2.3.4', 'a@example.org');
    expect(() => failures.check('1.2.3.4', 'a@example.org')).not.toThrow();
    fail(failures, 10);
    clock.now += 16 * 60_000;
    expect(() => failures.check('1.2.3.4', 'a@example.org')).not.toThrow();
  });

  it('do not fill the memory', () => {
    const { failures } = counter();
    for (let turn = 0; turn < 30_000; turn++) failures.failed('1.2.3.4', `${turn}@example.org`);
    fail(failures, 10, 'z@example.org');
    expect(() => failures.check('1.2.3.4', 'z@example.org')).toThrow();
  });
});
