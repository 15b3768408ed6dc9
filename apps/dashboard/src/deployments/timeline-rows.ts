import { stepPosition } from '#libs/core/steps.js';
import type { StepView } from '#libs/contracts/api/deployments.js';

export const stages = ['build', 'run', 'route'] as const;
/** Three chapters of a deployment: making the image, what `docker run` does, and moving the visitors. */
export type Stage = (typeof stages)[number];

const runFrom = stepPosition('image');
const routeFrom = stepPosition('route');

export interface TimelineRow {
  step: StepView;
  /** Where the bar begins and how long it is, in shares of the whole (0 to 1). */
  from: number;
  width: number;
}

export interface TimelineStage {
  stage: Stage;
  ms: number;
  rows: TimelineRow[];
}

/** A step is known by its name and the instance that it is about; a later attempt replaces an earlier one. */
export function latestSteps(steps: StepView[]): StepView[] {
  const latest = new Map<string, StepView>();
  for (const step of steps) {
    const key = `${step.name} ${step.subject}`;
    const known = latest.get(key);
    if (known === undefined || known.attempt <= step.attempt) latest.set(key, step);
  }
  return [...latest.values()].sort(
    (a, b) => stepPosition(a.name) - stepPosition(b.name) || a.startedAt.localeCompare(b.startedAt),
  );
}

/** The steps as bars on one time line, by chapter; `now` ends the steps that still run. */
export function timelineOf(steps: StepView[], now: number): TimelineStage[] {
  const latest = latestSteps(steps);
  // The clocks of browser and server differ: a step that runs has begun, whatever ours says.
  const end = (step: StepView) =>
    step.endedAt === null ? Math.max(now, Date.parse(step.startedAt)) : Date.parse(step.endedAt);
  const first = Math.min(...latest.map((step) => Date.parse(step.startedAt)));
  // Old instances drain for seconds after the last visitor moved over: on their scale all else would be a dot.
  const scaled = latest.filter((step) => step.name !== 'drain');
  const whole = Math.max(1, Math.max(...(scaled.length > 0 ? scaled : latest).map(end)) - first);
  return stages.flatMap((stage) => {
    const own = latest.filter((step) => stageOf(step) === stage);
    if (own.length === 0) return [];
    return {
      stage,
      ms: Math.max(...own.map(end)) - Math.min(...own.map((step) => Date.parse(step.startedAt))),
      rows: own.map((step) => {
        const from = Math.min(1, (Date.parse(step.startedAt) - first) / whole);
        const width = (end(step) - Date.parse(step.startedAt)) / whole;
        return { step, from, width: Math.max(0, Math.min(1 - from, width)) };
      }),
    };
  });
}

function stageOf(step: StepView): Stage {
  const position = stepPosition(step.name);
  return position >= routeFrom ? 'route' : position >= runFrom ? 'run' : 'build';
}
