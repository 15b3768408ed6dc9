import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { diagnoseStart, type StartEvidence, hintInLines } from './start-diagnosis.js';

const evidence = (change: Partial<StartEvidence> = {}): StartEvidence => ({
  process: 'web',
  port: 8080,
  healthPath: null,
  memoryMb: 512,
  waitedMs: 1000,
  startTimeoutSeconds: 60,
  ended: null,
  listening: [],
  wrongSinceMs: 0,
  lastHealth: null,
  ...change,
});

describe('why a start fails', () => {
  it.each([
    ['its own memory limit', { ended: { exitCode: 137, oomKilled: true } }, 'out_of_memory', '512 MiB'],
    ['an exit code', { ended: { exitCode: 3, oomKilled: false } }, 'exited', 'exit code 3'],
    ['a signal', { ended: { exitCode: 139, oomKilled: false } }, 'exited', 'SIGSEGV'],
    ['an end without an error', { ended: { exitCode: 0, oomKilled: false } }, 'exited', 'exit code 0'],
    [
      'a command that is missing',
      { ended: { exitCode: 127, oomKilled: false } },
      'no_start_command',
      'not found',
    ],
    [
      'a command that is no program',
      { ended: { exitCode: 126, oomKilled: false } },
      'no_start_command',
      'executable',
    ],
    [
      'another port',
      { listening: [{ address: '0.0.0.0', port: 3000 }], wrongSinceMs: 10_000, waitedMs: 11_000 },
      'wrong_port',
      'port 3000',
    ],
    [
      'loopback only',
      { listening: [{ address: '127.0.0.1', port: 8080 }], wrongSinceMs: 3000, waitedMs: 3500 },
      'loopback_only',
      '127.0.0.1:8080',
    ],
    ['silence until the time is up', { waitedMs: 60_000 }, 'start_timeout', 'within 60 s'],
    [
      'a health path that says no',
      { waitedMs: 60_000, healthPath: '/up', lastHealth: '503', listening: [{ address: '::', port: 8080 }] },
      'unhealthy',
      '/up answered 503',
    ],
  ])('names %s', (_, change, code, words) => {
    const failure = diagnoseStart(evidence(change));
    expect(failure?.code).toBe(code);
    expect(failure?.message).toContain(words);
  });

  it('waits while the app may still get there', () => {
    expect(diagnoseStart(evidence())).toBeNull();
    expect(diagnoseStart(evidence({ listening: null }))).toBeNull();
    expect(
      diagnoseStart(evidence({ listening: [{ address: '0.0.0.0', port: 9229 }], wrongSinceMs: 9000 })),
    ).toBeNull();
  });

  it('always ends once the time is up, and always when the process has ended', () => {
    const sockets = fc.option(
      fc.array(
        fc.record({
          address: fc.constantFrom('0.0.0.0', '127.0.0.1', '::', '::1'),
          port: fc.constantFrom(8080, 3000),
        }),
      ),
    );
    fc.assert(
      fc.property(
        sockets,
        fc.boolean(),
        fc.nat(120_000),
        fc.integer({ min: 1, max: 60 }),
        (listening, dead, waitedMs, seconds) => {
          const ended = dead ? { exitCode: 1, oomKilled: false } : null;
          const failure = diagnoseStart(
            evidence({
              listening,
              ended,
              waitedMs,
              wrongSinceMs: Math.min(waitedMs, 500),
              startTimeoutSeconds: seconds,
            }),
          );
          if (dead || waitedMs >= seconds * 1000) expect(failure).not.toBeNull();
          expect(failure === null || failure.hint.length > 0).toBe(true);
        },
      ),
    );
  });

  it('never blames the port when the app listens where it should', () => {
    fc.assert(
      fc.property(fc.constantFrom('0.0.0.0', '::', '10.64.0.2'), fc.nat(120_000), (address, ms) => {
        const failure = diagnoseStart(
          evidence({
            listening: [
              { address: '127.0.0.1', port: 1 },
              { address, port: 8080 },
            ],
            waitedMs: ms,
            wrongSinceMs: ms,
          }),
        );
        expect(['wrong_port', 'loopback_only']).not.toContain(failure?.code);
      }),
    );
  });
});

describe('the last lines of an app that ended', () => {
  it.each([
    'nginx: [emerg] chown("/var/cache/nginx/client_temp", 101) failed (1: Operation not permitted)',
    '2026/11/30 21:41:33 [emerg] 7#7: setgid(33) failed (1: Operation not permitted)',
    'error: gosu: failed switching to "postgres": operation not permitted',
    "chown: changing ownership of '/data': Operation not permitted",
    'setpriv: setresuid failed: Operation not permitted',
  ])('say that it wants to become another user: %s', (line) => {
    expect(hintInLines(['starting', line])).toContain('USER');
  });

  it('say nothing else', () => {
    expect(
      hintInLines(['Error: EPERM: operation not permitted, open "/x"', 'chown: missing operand']),
    ).toBeNull();
  });
});
