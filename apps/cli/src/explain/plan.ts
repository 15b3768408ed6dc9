import type { PlanView } from '#libs/contracts/api/plan.js';
import type { Style } from '../ui/style.js';
import { cut, pad, safe, wrap } from '../ui/text.js';
import { plural } from '../ui/units.js';

const PARTS: Record<string, string> = {
  runtime: 'runtime',
  dependencies: 'packages',
  app: 'your files',
  other: 'other',
  base: 'base',
};

/** What Berth would do with a source, choice by choice with its reason and how to choose otherwise; then the image. */
export function drawPlan(view: PlanView, style: Style, columns: number, dockerfile: boolean): string[] {
  const { plan } = view;
  return [
    style.bold(`${safe(plan.title)}, found by ${safe(plan.detectedBy)} among ${plural(view.files, 'file')}`),
    '',
    ...plan.choices.flatMap((choice) => choiceLines(choice, style, columns)),
    ...plan.warnings.flatMap((warning) => [
      ...wrap(safe(warning), columns - 2).map((line, at) =>
        at === 0 ? `${style.yellow('!')} ${line}` : `  ${line}`,
      ),
      '',
    ]),
    ...imageLines(view, style, columns),
    ...(dockerfile ? ['', style.bold('Dockerfile'), ...safe(plan.dockerfile).trimEnd().split('\n')] : []),
  ];
}

function choiceLines(
  { what, value, why, change }: PlanView['plan']['choices'][number],
  style: Style,
  columns: number,
): string[] {
  const indented = (text: string) => wrap(safe(text), columns - 2).map((line) => `  ${line}`);
  return [
    `${style.bold(safe(what))}: ${safe(value)}`,
    ...indented(why),
    ...(change === null ? [] : indented(`→ ${change}`).map((line) => style.dim(line))),
    '',
  ];
}

function imageLines({ plan, stacks, caches }: PlanView, style: Style, columns: number): string[] {
  const room = 14;
  const row = (name: string, texts: string[]) =>
    texts.map((text, at) => `  ${pad(at === 0 ? name : '', room)}${safe(text)}`);
  const wide = (text: string) => wrap(text, Math.max(20, columns - room - 2));
  const layers = plan.finalStage.filter(({ instruction }) => /^(?:COPY|ADD|RUN)\b/.test(instruction));
  return [
    style.bold('Image'),
    ...row(
      'from',
      stacks.map(({ name, image }) => image ?? `${name} (made by the first deployment that needs it)`),
    ),
    ...layers.flatMap(({ part, instruction }) =>
      row(PARTS[part] ?? part, [cut(instruction.replace(/ --chown=\S+/, ''), columns - room - 2)]),
    ),
    ...(plan.dependencyFiles.length === 0
      ? []
      : row(
          'installs anew',
          wide(`when one of these changes: ${plan.dependencyFiles.slice(0, 12).join(', ')}`),
        )),
    ...(caches.length === 0 ? [] : row('kept', wide(`for the app’s next build: ${caches.join(', ')}`))),
    ...Object.entries(plan.processes)
      .filter(([type]) => type !== 'web')
      .flatMap(([type, args]) => row(type, [args.join(' ')])),
  ];
}
