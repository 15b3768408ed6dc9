import type { DeploymentError } from '#libs/contracts/deployment-error.js';
import { storedSize } from '#libs/core/size.js';
import { stepPosition, stepTitles, type StepName } from '#libs/core/steps.js';
import { terminalLine } from './text.js';

/** What the person who pushes reads, in Heroku's form. Pure: facts in, lines out. */

export interface ReportLine {
  kind: string;
  text: string;
}

export interface ReportStep {
  name: string;
  outcome: string;
  startedAt: Date;
  endedAt: Date | null;
}

/** How a deployment ended. */
export type ReportEnd =
  | {
      status: 'live';
      /** null: nothing was to be released, and `serving` goes on. */
      release: number | null;
      serving: number | null;
      imageBytes: number | null;
      /** null when it is not known which layers changed. */
      changedLayers: number | null;
      url: string;
      ms: number;
    }
  | {
      status: 'failed';
      error: DeploymentError | null;
      /** Number of the release that goes on serving. */
      serving: number | null;
      branch: string;
    }
  | { status: 'cancelled'; serving: number | null; branch: string }
  | { status: 'superseded'; by: number | null };

export function phase(text: string): string {
  return `-----> ${terminalLine(text)}`;
}

export function detail(text: string): string {
  return `       ${terminalLine(text)}`.trimEnd();
}

export function warning(text: string): string {
  return ` !     ${terminalLine(text)}`.trimEnd();
}

/** A line of the deployment's log. */
export function logLine({ kind, text }: ReportLine): string {
  if (kind === 'phase') return phase(text);
  return kind === 'warning' || kind === 'error' ? warning(text) : detail(text);
}

/** The steps after the build have no output of their own; their titles and times are the output. */
const firstShown = stepPosition('command');
const lastShown = stepPosition('route');

/** A step that has ended, or null when its log lines tell it already. */
export function stepLine({ name, outcome, startedAt, endedAt }: ReportStep): string | null {
  const position = stepPosition(name as StepName);
  if (position < firstShown || position > lastShown || endedAt === null || outcome !== 'done') return null;
  return detail(`${stepTitles[name as StepName]} (${duration(endedAt.getTime() - startedAt.getTime())})`);
}

/** The last words. */
export function endLines(end: ReportEnd): string[] {
  switch (end.status) {
    case 'live':
      return [
        ...(end.release === null ? [] : [phase(`Released v${end.release}${sizeNote(end)}`)]),
        detail(
          end.release === null
            ? `${end.url} still has v${end.serving ?? '?'} (${duration(end.ms)})`
            : `${end.url} deployed to Berth in ${duration(end.ms)}`,
        ),
        '',
      ];
    case 'failed':
      return [...failureLines(end.error), ...nothingChanged(end), ''];
    case 'cancelled':
      return ['', warning('The deployment was cancelled.'), ...nothingChanged(end), ''];
    case 'superseded':
      return [
        '',
        warning(
          end.by === null
            ? 'Superseded: a newer push to this app took its place.'
            : `Superseded by deployment #${end.by}, which is newer.`,
        ),
        warning('Nothing of this push went live; nothing is left to do unless that one fails.'),
        '',
      ];
  }
}

function sizeNote({ imageBytes, changedLayers }: Extract<ReportEnd, { status: 'live' }>): string {
  const notes = [
    imageBytes === null ? null : storedSize(imageBytes),
    changedLayers === null ? null : `${changedLayers} layer${changedLayers === 1 ? '' : 's'} changed`,
  ].filter((note) => note !== null);
  return notes.length === 0 ? '' : ` (${notes.join(', ')})`;
}

function failureLines(error: DeploymentError | null): string[] {
  if (error === null) return ['', warning('The deployment failed; its log says why.')];
  const title = stepTitles[error.step as StepName] ?? error.step;
  return [
    '',
    warning(`Failed at the step "${title}":`),
    ...error.lines.slice(-20).map((line) => detail(line)),
    '',
    ...error.message.split('\n').map((line) => warning(line)),
    ...(error.hint === null ? [] : error.hint.split('\n').map((line) => warning(line))),
  ];
}

function nothingChanged({ serving, branch }: { serving: number | null; branch: string }): string[] {
  return [
    '',
    detail(
      serving === null
        ? 'Nothing is live yet.'
        : `Nothing changed for visitors: v${serving} goes on serving.`,
    ),
    detail(`The server's ${branch} was put back, so the same push can be repeated.`),
  ];
}

/** Reason in git's own status line, after `! [remote rejected]`. */
export function refusalReason(end: ReportEnd): string | null {
  switch (end.status) {
    case 'live':
      return null;
    case 'failed':
      return end.error === null
        ? 'deployment failed'
        : `deployment failed: ${stepTitles[end.error.step as StepName] ?? end.error.step}`;
    case 'cancelled':
      return 'deployment cancelled';
    case 'superseded':
      return end.by === null ? 'superseded by a newer push' : `superseded by deployment #${end.by}`;
  }
}

/** `31 ms`, `1.2 s`, `2 min 5 s`. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.max(0, Math.round(ms))} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
