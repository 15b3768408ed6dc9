import type { DeploymentView, StepView } from '#libs/contracts/api/deployments.js';
import { stepPosition } from '#libs/core/steps.js';
import { span } from '../ui/bar.js';
import type { Style } from '../ui/style.js';
import { cut, pad, padStart, safe, width, wrap } from '../ui/text.js';
import { duration } from '../ui/units.js';
import { stepFacts } from './facts.js';
import { berthsOwn, dockerRun } from './steps.js';

const TITLE = 32;
const TIME = 9;
/** A shorter bar tells nothing. */
const LEAST_BAR = 10;

/**
 * A deployment's steps on one scale of time. With `explain` each step says what it is and what it found, and the steps of
 * docker run stand together under their own heading.
 */
export function timeline(
  deployment: Pick<DeploymentView, 'steps' | 'createdAt' | 'endedAt'>,
  options: { style: Style; columns: number; explain: boolean; now: Date },
): string[] {
  const { style, columns, explain, now } = options;
  const steps = ordered(deployment.steps);
  if (steps.length === 0) return [style.dim('No step has begun yet.')];
  const zero = Math.min(Date.parse(deployment.createdAt), ...steps.map((step) => Date.parse(step.startedAt)));
  const end = Math.max(...steps.map((step) => endOf(step, now)));
  const beside = columns - TITLE - 2 * TIME - 8;
  // In a narrow terminal there are no bars, and titles have what the times leave.
  const scale: Scale =
    beside >= LEAST_BAR
      ? { zero, total: Math.max(1, end - zero), title: TITLE, columns: beside }
      : { zero, total: 1, title: Math.min(TITLE, columns - 2 * TIME - 4), columns: 0 };
  const span = scale.columns > 0 ? `  0 to ${duration(end - zero)}` : '';
  const lines = [
    style.dim(`  ${pad('step', scale.title)} ${padStart('after', TIME)} ${padStart('took', TIME)}${span}`),
  ];
  let inside = false;
  for (const step of steps) {
    const isDocker = dockerRun[step.name] !== undefined;
    if (explain && isDocker && !inside) lines.push('', style.bold('What docker run does'));
    if (explain && !isDocker && inside) lines.push('', style.bold('What Berth adds'));
    inside = isDocker;
    lines.push(row(step, scale, style, now));
    if (explain) lines.push(...explanation(step, style, columns));
  }
  return lines;
}

function ordered(steps: readonly StepView[]): StepView[] {
  return steps.toSorted(
    (a, b) =>
      a.attempt - b.attempt ||
      stepPosition(a.name) - stepPosition(b.name) ||
      Date.parse(a.startedAt) - Date.parse(b.startedAt),
  );
}

function endOf({ endedAt }: StepView, now: Date): number {
  return endedAt === null ? now.getTime() : Date.parse(endedAt);
}

interface Scale {
  zero: number;
  total: number;
  title: number;
  /** Of a bar; 0: none is drawn. */
  columns: number;
}

function row(step: StepView, { zero, total, title: room, columns }: Scale, style: Style, now: Date): string {
  const start = Date.parse(step.startedAt) - zero;
  const took = endOf(step, now) - Date.parse(step.startedAt);
  const { mark, colour } = looks(step, style);
  const title = `${step.title}${step.attempt > 1 ? ` (try ${step.attempt})` : ''}`;
  const time = step.outcome === 'skipped' ? 'skipped' : duration(took);
  const times = `${style.dim(padStart(duration(start), TIME))} ${padStart(time, TIME)}`;
  const bar = columns > 0 ? `  ${colour(span(start, took, total, columns))}` : '';
  return `${mark} ${pad(cut(title, room), room)} ${times}${bar}`;
}

function looks(step: StepView, style: Style): { mark: string; colour: (text: string) => string } {
  switch (step.outcome) {
    case 'done':
      return { mark: style.green('✓'), colour: dockerRun[step.name] ? style.blue : style.cyan };
    case 'failed':
      return { mark: style.red('✗'), colour: style.red };
    case 'skipped':
      return { mark: style.dim('-'), colour: style.dim };
    case 'running':
      return { mark: style.yellow('…'), colour: style.yellow };
  }
}

function explanation(step: StepView, style: Style, columns: number): string[] {
  return saidOf(step, dockerRun[step.name] ?? berthsOwn[step.name], { style, columns });
}

/** What a step is and what it found, below its title. */
export function saidOf(
  step: Pick<StepView, 'detail'>,
  about: string | undefined,
  { style, columns }: { style: Style; columns: number },
): string[] {
  const facts = stepFacts(step).map((fact) => safe(fact));
  return [
    ...(about === undefined ? [] : wrap(about, columns - 4).map((line) => style.dim(line))),
    ...joined(facts, columns - 4),
  ].map((line) => `    ${line}`);
}

/** Facts side by side for as long as they fit; a fact is broken only when it is longer than a line. */
function joined(facts: readonly string[], columns: number): string[] {
  const lines: string[] = [];
  for (const fact of facts) {
    const last = lines.at(-1);
    if (last !== undefined && width(last) + 3 + width(fact) <= columns)
      lines[lines.length - 1] = `${last} · ${fact}`;
    else lines.push(...wrap(fact, columns));
  }
  return lines;
}
