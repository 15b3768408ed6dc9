import type { BuildProgress, BuildStep } from '#libs/images/build-progress.js';
import type { BuildStepReport } from '#libs/contracts/build-report.js';
import type { BuildLog } from './build-log.js';

/**
 * Shows a build's progress as lines: a command when it starts, its output as it comes, then its time; other steps when they
 * are done; what came from the cache as such. BuildKit's own housekeeping is left out.
 */
export class ProgressLines {
  private shown: string | null = null;
  private ran = false;
  private readonly reports: BuildStepReport[] = [];

  constructor(
    private readonly log: BuildLog,
    /** What changed of that which a step depends on, by BuildKit's name of it; left out at an app's first build. */
    private readonly causeOf?: (stepName: string) => string | null,
  ) {}

  /** Did a command run, because the cache did not have what it makes? */
  ranCommand(): boolean {
    return this.ran;
  }

  /** The steps that have ended, in that order. */
  steps(): BuildStepReport[] {
    return this.reports;
  }

  readonly show = (progress: BuildProgress): void => {
    if (progress.kind === 'warning') return this.log.warning(progress.text);
    const title = stepTitle(progress.step.name);
    if (title === null) return;
    if (progress.kind === 'step-started' && isCommand(progress.step) && !progress.step.cached)
      this.command(title);
    if (progress.kind === 'line') this.line(progress.step, title, progress.text);
    if (progress.kind === 'step-ended') this.ended(progress.step, title);
  };

  /** The cache forgets what was not used for long: then nothing has changed and the step runs all the same. */
  private whyNotCached({ name }: BuildStep): string | null {
    if (this.causeOf === undefined) return null;
    return this.causeOf(name) ?? 'nothing of the app changed, but the cache does not have it';
  }

  private command(title: string): void {
    this.shown = title;
    this.log.detail(`$ ${title}`);
  }

  /** Steps run side by side: a line of another one than the last says whose it is. */
  private line(step: BuildStep, title: string, text: string): void {
    if (isCommand(step) && this.shown !== title) this.command(title);
    if (text !== '') this.log.output(text);
  }

  private ended(step: BuildStep, title: string): void {
    if (step.error !== null) return;
    this.ran ||= isCommand(step) && !step.cached;
    const why = step.cached ? null : this.whyNotCached(step);
    if (this.reports.length < MOST_STEPS)
      this.reports.push({ title, cached: step.cached, ms: milliseconds(step), whyNot: why });
    if (step.cached) return this.log.detail(`${title} (cached)`);
    const because = why === null ? '' : `; not cached: ${why}`;
    if (isCommand(step)) this.log.detail(`Done in ${seconds(step)}: ${title}${because}`);
    else this.log.detail(`${title} (${seconds(step)}${because})`);
  }
}

/** A Dockerfile of more steps is nobody's. */
const MOST_STEPS = 200;

/** A RUN. */
export function isCommand({ name }: BuildStep): boolean {
  return /^\[[^\]]*\]\s+RUN\b/.test(name);
}

function milliseconds({ startedAt, endedAt }: BuildStep): number {
  return Math.max(0, (endedAt?.getTime() ?? 0) - (startedAt?.getTime() ?? 0));
}

function seconds(step: BuildStep): string {
  const ms = milliseconds(step);
  return `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 0)} s`;
}

/** "[dependencies 4/4] RUN --mount=… [npm,ci]" as "npm ci"; null for steps that say nothing to the app's owner. */
export function stepTitle(name: string): string | null {
  const match = /^\[(?!internal\])[^\]]*\]\s+(FROM|[A-Z]+)\s+([\s\S]*)$/.exec(name);
  if (match === null || ['WORKDIR', 'FROM'].includes(match[1] as string)) return null;
  const rest = (match[2] as string).replace(/--(?:mount|chown|chmod|from|network)=\S+\s+/g, '');
  const words = /^\[.*\]$/s.test(rest) ? execWords(rest) : rest;
  const title = match[1] === 'RUN' ? words.replace(/^\/bin\/sh -c /, '') : `${match[1]} ${words}`;
  const line = title.replace(/\s+/g, ' ').trim();
  return line.length > 200 ? `${line.slice(0, 200)}…` : line;
}

/** The exec form, which some versions of BuildKit print as JSON and some without its quotes. */
function execWords(text: string): string {
  try {
    return (JSON.parse(text) as unknown[]).map(String).join(' ');
  } catch {
    return text.slice(1, -1).replaceAll(',', ' ');
  }
}
