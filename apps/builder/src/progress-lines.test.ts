import { describe, expect, it } from 'vitest';
import type { BuildStep } from '#libs/images/build-progress.js';
import type { NewLogLine } from '#libs/store/log-lines.js';
import { BuildLog } from './build-log.js';
import { Masker } from './masker.js';
import { ProgressLines, stepTitle } from './progress-lines.js';

describe('progress as lines', () => {
  it.each([
    ['[dependencies 4/4] RUN --mount=type=cache,id=x,target=/y ["npm","ci"]', 'npm ci'],
    ['[dependencies 4/4] RUN --mount=type=cache,id=x,target=/y [npm,ci,--omit=dev]', 'npm ci --omit=dev'],
    ['[2/3] RUN /bin/sh -c make   all', 'make all'],
    ['[stage-1 3/4] COPY --from=build --chown=1000:1000 [/app/,./]', 'COPY /app/ ./'],
    ['[1/3] FROM docker.io/library/x', null],
    ['[internal] load build definition', null],
    ['[2/3] WORKDIR /app', null],
    ['exporting to image', null],
  ])('%s is %s', (name, title) => {
    expect(stepTitle(name)).toBe(title);
  });

  it('says whose a line is when commands run side by side, and what was cached', async () => {
    const stored: NewLogLine[] = [];
    const log = new BuildLog(async (lines) => void stored.push(...lines), new Masker({}));
    const { show } = new ProgressLines(log);
    const step = (command: string, more: Partial<BuildStep> = {}): BuildStep => ({
      digest: command,
      name: `[1/2] ${command}`,
      cached: false,
      startedAt: new Date(0),
      endedAt: new Date(1500),
      error: null,
      ...more,
    });
    show({ kind: 'step-started', step: step('RUN a') });
    show({ kind: 'step-started', step: step('RUN b') });
    show({ kind: 'line', step: step('RUN a'), stream: 'stdout', text: '1' });
    show({ kind: 'line', step: step('RUN b'), stream: 'stdout', text: '2' });
    show({ kind: 'step-ended', step: step('RUN b') });
    show({ kind: 'step-ended', step: step('COPY x y', { cached: true }) });
    await log.flush();
    expect(stored.map(({ text }) => text)).toEqual([
      '$ a',
      '$ b',
      '$ a',
      '1',
      '$ b',
      '2',
      'Done in 1.50 s: b',
      'COPY x y (cached)',
    ]);
  });
});
