import { describe, expect, it } from 'vitest';
import type { StepView } from '#libs/contracts/api/deployments.js';
import { deploymentSteps, stepTitles, type StepName } from '#libs/core/steps.js';
import { styleFor } from '../ui/style.js';
import { width } from '../ui/text.js';
import { berthsOwn, dockerRun } from './steps.js';
import { timeline } from './timeline.js';

const zero = Date.parse('2026-11-24T09:00:00.000Z');
const at = (ms: number): string => new Date(zero + ms).toISOString();
const step = (name: StepName, from: number, to: number | null, more: Partial<StepView> = {}): StepView => ({
  name,
  title: stepTitles[name],
  attempt: 1,
  subject: '',
  startedAt: at(from),
  endedAt: to === null ? null : at(to),
  ms: to === null ? null : to - from,
  outcome: to === null ? 'running' : 'done',
  detail: {},
  ...more,
});
const draw = (steps: StepView[], explain = true, columns = 90): string[] =>
  timeline(
    { steps, createdAt: at(0), endedAt: null },
    { style: styleFor(false), columns, explain, now: new Date(zero + 5_000) },
  );

describe('a timeline', () => {
  it('has words for every step that there is, each on one side', () => {
    for (const name of deploymentSteps)
      expect([dockerRun[name], berthsOwn[name]].filter((words) => words !== undefined)).toHaveLength(1);
  });

  it('tells docker run in the order of the founding text, whatever order the steps come in', () => {
    const steps = (['start', 'network', 'layer', 'create', 'image'] as const).map((name) =>
      step(name, 10, 20),
    );
    const text = draw(steps).join('\n');
    expect(text.indexOf('What docker run does')).toBeGreaterThanOrEqual(0);
    const places = ['image', 'create', 'layer', 'network', 'start'].map((name) =>
      text.indexOf(stepTitles[name as StepName]),
    );
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('tells when each step began, how long it took, and how long one that runs has been at it', () => {
    const lines = draw([step('plan', 1_000, 1_250), step('build', 1_250, null)], false);
    expect(lines[1]).toMatch(/^✓ Detect and plan +1\.0 s +250 ms/);
    expect(lines[2]).toMatch(/^… Build the image +1\.3 s +3\.8 s/);
  });

  it('shows facts without what others could smuggle into a terminal, in lines that fit', () => {
    const detail = {
      container: 'a'.repeat(64),
      evil: '\u001b]0;x\u0007y',
      size: 1,
      sizeBytes: 1_500_000,
      many: Array(40).fill('word'),
    };
    const lines = draw([step('create', 0, 1, { detail })], true, 60);
    const text = lines.join('\n');
    expect(text).toContain('container aaaaaaaaaaaa ·');
    expect(text).toContain('evil y');
    expect(text).toContain('size 1.5 MB');
    for (const line of lines) expect(width(line)).toBeLessThanOrEqual(80);
  });

  it('says so when nothing has begun', () => {
    expect(draw([])).toEqual(['No step has begun yet.']);
  });
});
