import type { DeploymentView } from '#libs/contracts/api/deployments.js';
import { stepTitles, type StepName } from '#libs/core/steps.js';
import type { ExitName } from '../frame/exit-codes.js';
import type { Style } from '../ui/style.js';
import { safe } from '../ui/text.js';
import { duration, plural, size } from '../ui/units.js';

/** How a deployment ended, for people. `url` is the app's. */
export function ending(deployment: DeploymentView, url: string, style: Style): string[] {
  const { number, status, ms } = deployment;
  switch (status) {
    case 'live':
      if (deployment.release === null)
        return [`${style.green('✓')} Nothing changed; what was live still is.`, `  ${style.cyan(url)}`];
      return [
        `${style.green('✓')} ${style.bold(`v${deployment.release.number}`)} is live after ${duration(ms ?? 0)}${imageNote(deployment)}`,
        `  ${style.cyan(url)}`,
      ];
    case 'failed':
      return failure(deployment, style);
    case 'cancelled':
      return [`${style.yellow('!')} Deployment ${number} was cancelled. What was live before still is.`];
    case 'superseded':
      return [
        `${style.yellow('!')} A newer deployment${deployment.supersededBy === null ? '' : ` (${deployment.supersededBy})`} took the place of ${number}.`,
      ];
    default:
      return [`Deployment ${number} is ${status}.`];
  }
}

function imageNote({ build }: DeploymentView): string {
  if (!build?.imageBytes) return '';
  const fresh = build.layers?.filter(({ reused }) => !reused) ?? [];
  const changed = build.layers
    ? `, ${plural(fresh.length, 'layer')} of ${build.layers.length} new (${size(fresh.reduce((sum, one) => sum + one.sizeBytes, 0))})`
    : '';
  return ` (image ${size(build.imageBytes)}${changed})`;
}

function failure({ number, error, app }: DeploymentView, style: Style): string[] {
  if (error === null)
    return [
      `${style.red('✗')} Deployment ${number} failed; \`berth deployments log ${number} --app ${app}\` says why.`,
    ];
  return [
    `${style.red('✗')} Deployment ${number} failed at "${stepTitles[error.step as StepName] ?? error.step}".`,
    ...error.lines.slice(-20).map((line) => `  ${style.dim('│')} ${safe(line)}`),
    ...error.message.split('\n').map((line) => `  ${safe(line)}`),
    ...(error.hint?.split('\n') ?? []).map((line) => `  ${style.cyan('→')} ${safe(line)}`),
    '  Nothing changed for visitors.',
  ];
}

/** What $? says about it. */
export function exitOf(status: DeploymentView['status']): ExitName {
  if (status === 'failed') return 'deploymentFailed';
  return status === 'cancelled' || status === 'superseded' ? 'deploymentReplaced' : 'ok';
}
