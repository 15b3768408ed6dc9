import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  blamesRegistry,
  HOST_DEFAULT,
  nextMirror,
  rankMirrors,
  REMEMBER_FAILURE_MS,
  withDefault,
  type Candidate,
} from './mirrors.js';

const NOW = 1_000_000_000;
const order = { good: 0, slow: 1, failing: 2 };

const candidates = fc.uniqueArray(fc.integer({ min: 0, max: 30 }), { maxLength: 8 }).chain((names) =>
  fc.tuple(
    ...names.map((name) =>
      fc.record<Candidate>({
        name: fc.constant(`https://mirror-${name}.test/`),
        ok: fc.constantFrom(true, false, null),
        latencyMs: fc.option(fc.integer({ min: 0, max: 60_000 })),
        failedAt: fc.option(fc.integer({ min: NOW - 2 * REMEMBER_FAILURE_MS, max: NOW })),
      }),
    ),
  ),
);

const up = (name: string, latencyMs: number): Candidate => ({ name, ok: true, latencyMs, failedAt: null });
const names = (ranked: { name: string }[]) => ranked.map(({ name }) => name);

describe('the order of mirrors', () => {
  it('loses and adds none, and puts no worse standing before a better one', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const ranked = rankMirrors(list, NOW);
        expect(names(ranked).sort()).toEqual(names(list).sort());
        for (let at = 1; at < ranked.length; at += 1) {
          const [before, after] = [ranked[at - 1], ranked[at]];
          expect(order[before?.standing ?? 'failing']).toBeLessThanOrEqual(order[after?.standing ?? 'good']);
          // The administrator's order decides among equals.
          if (before?.standing === after?.standing)
            expect(names(list).indexOf(before?.name ?? '')).toBeLessThan(
              names(list).indexOf(after?.name ?? ''),
            );
        }
      }),
    );
  });

  it('never puts one that answers behind one that does not', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const ranked = rankMirrors(list, NOW);
        const firstDead = ranked.findIndex(({ ok }) => ok === false);
        const lastWell = ranked.findLastIndex(({ ok, failedAt }) => ok === true && failedAt === null);
        if (firstDead >= 0) expect(firstDead).toBeGreaterThan(lastWell);
      }),
    );
  });

  it('does not change because of latencies below a second', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { maxLength: 8 }), (latencies) => {
        const list = latencies.map((latency, index) => up(`m${index}`, latency));
        expect(names(rankMirrors(list, NOW))).toEqual(names(list));
      }),
    );
  });

  it('puts a slow one behind quick ones, and forgets a failed build in time', () => {
    expect(names(rankMirrors([up('slow', 9_000), up('quick', 80)], NOW))).toEqual(['quick', 'slow']);
    const failed = { ...up('failed', 20), failedAt: NOW };
    expect(names(rankMirrors([failed, up('other', 80)], NOW + REMEMBER_FAILURE_MS - 1))).toEqual([
      'other',
      'failed',
    ]);
    expect(names(rankMirrors([failed, up('other', 80)], NOW + REMEMBER_FAILURE_MS))).toEqual([
      'failed',
      'other',
    ]);
  });

  it('is gone through one by one, each once', () => {
    fc.assert(
      fc.property(candidates, (list) => {
        const ranked = rankMirrors(list, NOW);
        const tried = new Set<string>();
        for (let next = nextMirror(ranked, tried); next !== null; next = nextMirror(ranked, tried)) {
          expect(tried.has(next.name)).toBe(false);
          tried.add(next.name);
        }
        expect([...tried]).toEqual(names(ranked));
      }),
    );
  });
});

it('a list without the host’s own begins with it, and one that names it keeps its place', () => {
  expect(withDefault(['https://a.test/'])).toEqual([HOST_DEFAULT, 'https://a.test/']);
  expect(withDefault(['https://a.test/', HOST_DEFAULT])).toEqual(['https://a.test/', HOST_DEFAULT]);
});

describe('whose fault a failed step is', () => {
  it.each([
    'npm error code ECONNREFUSED',
    'npm error code ENOTFOUND',
    'npm error FetchError: invalid json response body at http://x/express reason: Unexpected token',
    'npm error code EINTEGRITY',
    'npm error 503 Service Unavailable - GET http://x/express',
    ' ERR_PNPM_META_FETCH_FAIL  GET http://x/express: request failed',
    'error: ConnectionRefused downloading package manifest left-pad',
    'error: Failed to fetch: `http://x/simple/flask/`',
    '  Caused by: tcp connect error: Connection refused (os error 111)',
    'go: github.com/a/b@v1.0.0: Get "http://x": dial tcp 127.0.0.1:9: connect: connection refused',
    'warning: spurious network error (3 tries remaining): [7] Could not connect to server',
    'error: failed to query replaced source registry `crates-io`\n\nCaused by:\n  download of config.json failed',
    '[ERROR] Could not transfer artifact org.a:b:pom:1 from/to berth',
    // Maven's wrapper, for Maven itself
    'Exception in thread "main" java.net.ConnectException: Connection refused',
  ])('the registry’s: %s', (line) => expect(blamesRegistry(['before', line, 'after'])).toBe(true));

  it.each([
    'npm error code E404',
    'npm error code ERESOLVE',
    'error: No solution found when resolving dependencies: flask==99 was not found',
    'src/main.go:3:2: undefined: foo',
    "SyntaxError: Unexpected token '}'",
    'error[E0425]: cannot find value `x` in this scope',
  ])('the app’s: %s', (line) => expect(blamesRegistry([line])).toBe(false));
});
