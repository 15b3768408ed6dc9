import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { duration, endLines, logLine, refusalReason, stepLine, type ReportEnd } from './push-report.js';
import { terminalLine } from './text.js';

const error = {
  code: 'exited',
  step: 'start',
  message: 'The app ended with exit code 7.\nIt should keep running.',
  hint: 'Read its last lines above.',
  lines: Array.from({ length: 30 }, (_, index) => `line ${index}`),
};

describe('lines of the log', () => {
  it.each([
    ['phase', '-----> hello'],
    ['detail', '       hello'],
    ['warning', ' !     hello'],
    ['error', ' !     hello'],
  ])('%s has its form', (kind, shown) => {
    expect(logLine({ kind, text: 'hello' })).toBe(shown);
  });
});

describe('lines of steps', () => {
  const startedAt = new Date(1_000);
  it('tell the steps of docker run with their times', () => {
    expect(stepLine({ name: 'network', outcome: 'done', startedAt, endedAt: new Date(1_031) })).toBe(
      '       Network interface attached (31 ms)',
    );
  });
  it('leave out what the build tells itself, what is still going on, and what failed', () => {
    for (const step of [
      { name: 'build', outcome: 'done', startedAt, endedAt: startedAt },
      { name: 'drain', outcome: 'done', startedAt, endedAt: startedAt },
      { name: 'start', outcome: 'running', startedAt, endedAt: null },
      { name: 'ready', outcome: 'failed', startedAt, endedAt: startedAt },
      { name: 'unheard-of', outcome: 'done', startedAt, endedAt: startedAt },
    ])
      expect(stepLine(step)).toBeNull();
  });
});

describe('the last words', () => {
  it('of a live release give its number, size and, next to last, the URL', () => {
    const end: ReportEnd = {
      status: 'live',
      release: 4,
      serving: 4,
      imageBytes: 12_345_678,
      changedLayers: 1,
      url: 'http://hello.apps.localhost:8080',
      ms: 1_234,
    };
    expect(endLines(end)).toEqual([
      '-----> Released v4 (12.3 MB, 1 layer changed)',
      '       http://hello.apps.localhost:8080 deployed to Berth in 1.2 s',
      '',
    ]);
    expect(endLines({ ...end, imageBytes: null, changedLayers: null })[0]).toBe('-----> Released v4');
    expect(endLines({ ...end, release: null })).toEqual([
      '       http://hello.apps.localhost:8080 still has v4 (1.2 s)',
      '',
    ]);
    expect(refusalReason(end)).toBeNull();
  });

  it('of a failure give the step, its last lines, the message, the remedy, and what goes on', () => {
    const end: ReportEnd = { status: 'failed', error, serving: 3, branch: 'main' };
    const lines = endLines(end);
    expect(lines).toContain(' !     Failed at the step "Process started":');
    expect(lines).toContain('       line 29');
    expect(lines).not.toContain('       line 9');
    expect(lines).toContain(' !     The app ended with exit code 7.');
    expect(lines).toContain(' !     It should keep running.');
    expect(lines).toContain(' !     Read its last lines above.');
    expect(lines).toContain('       Nothing changed for visitors: v3 goes on serving.');
    expect(refusalReason(end)).toBe('deployment failed: Process started');
  });

  it('never make a push succeed unless the release is live', () => {
    const ends: ReportEnd[] = [
      { status: 'failed', error: null, serving: null, branch: 'main' },
      { status: 'cancelled', serving: 1, branch: 'main' },
      { status: 'superseded', by: 7 },
      { status: 'superseded', by: null },
    ];
    for (const end of ends) expect(refusalReason(end)).toEqual(expect.any(String));
    expect(endLines({ status: 'superseded', by: 7 }).join()).toContain('#7');
  });
});

describe('terminalLine', () => {
  it('lets nothing through that a terminal obeys, and no more than one bounded line', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 2_000 }), (text) => {
        const line = terminalLine(text);
        // eslint-disable-next-line no-control-regex
        expect(line).not.toMatch(/[\u0000-\u0008\u000a-\u001f\u007f-\u009f]/);
        expect(line.length).toBeLessThanOrEqual(1_001);
      }),
    );
  });
  it('takes out whole escape sequences, not their first byte alone', () => {
    expect(
      terminalLine('\u001b[1;31mred\u001b[0m \u001b]0;title\u0007and \u001b]8;;http://x\u001b\\link'),
    ).toBe('red and link');
  });
});

describe('durations', () => {
  it('are short', () => {
    expect([-5, 31.4, 1_234, 125_000].map(duration)).toEqual(['0 ms', '31 ms', '1.2 s', '2 min 5 s']);
  });
});
