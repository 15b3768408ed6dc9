import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deploymentSteps, type StepName } from '#libs/core/steps.js';
import type { StepView } from '#libs/contracts/api/deployments.js';
import { latestSteps, timelineOf } from './timeline-rows.ts';

const zero = Date.parse('2026-11-24T08:00:00Z');

function step(name: StepName, from: number, ms: number | null, more: Partial<StepView> = {}): StepView {
  return {
    name,
    title: name,
    attempt: 1,
    subject: '',
    startedAt: new Date(zero + from).toISOString(),
    endedAt: ms === null ? null : new Date(zero + from + ms).toISOString(),
    ms,
    outcome: ms === null ? 'running' : 'done',
    detail: {},
    ...more,
  };
}

describe('the timeline', () => {
  it('tells the steps in three chapters, in their order, on one scale', () => {
    const stages = timelineOf([step('ready', 600, 400), step('build', 0, 500), step('route', 1000, 0)], zero);
    expect(stages.map(({ stage, rows }) => [stage, rows.map((row) => row.step.name)])).toEqual([
      ['build', ['build']],
      ['run', ['ready']],
      ['route', ['route']],
    ]);
    expect(stages[0]?.rows[0]).toMatchObject({ from: 0, width: 0.5 });
    expect(stages[1]?.rows[0]).toMatchObject({ from: 0.6, width: 0.4 });
  });

  it('shows the latest attempt of a step, and each instance by itself', () => {
    const steps = [
      step('start', 0, 10, { subject: 'a' }),
      step('start', 0, 10, { subject: 'b' }),
      step('build', 0, 10),
      step('build', 50, 10, { attempt: 2 }),
    ];
    expect(latestSteps(steps).map(({ name, subject, attempt }) => [name, subject, attempt])).toEqual([
      ['build', '', 2],
      ['start', 'a', 1],
      ['start', 'b', 1],
    ]);
  });

  it('does not let the slow drain of old instances shrink the rest', () => {
    const [stage] = timelineOf([step('build', 0, 1000), step('drain', 1000, 60_000)], zero);
    expect(stage?.rows[0]?.width).toBe(1);
  });

  it('keeps every bar within its track, whatever the clocks say', () => {
    const any = fc.record({
      name: fc.constantFrom(...deploymentSteps),
      from: fc.integer({ min: -1000, max: 100_000 }),
      ms: fc.option(fc.nat(100_000)),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1 }), fc.integer({ min: -1000, max: 200_000 }), (steps, now) => {
        const stages = timelineOf(
          steps.map(({ name, from, ms }) => step(name, from, ms)),
          zero + now,
        );
        for (const { from, width } of stages.flatMap(({ rows }) => rows)) {
          expect(from).toBeGreaterThanOrEqual(0);
          expect(width).toBeGreaterThanOrEqual(0);
          expect(from + width).toBeLessThanOrEqual(1.000001);
        }
      }),
    );
  });
});
