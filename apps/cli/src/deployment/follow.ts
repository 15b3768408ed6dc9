import type {
  DeploymentLogLine,
  DeploymentSummary,
  DeploymentView,
  StepView,
} from '#libs/contracts/api/deployments.js';
import type { AppView } from '#libs/contracts/api/apps.js';
import { hasEnded } from '#libs/core/deployment-status.js';
import type { OptionSpecs } from '../frame/command.js';
import type { Context } from '../frame/context.js';
import type { ExitName } from '../frame/exit-codes.js';
import { seg } from '../http/client.js';
import { duration } from '../ui/units.js';
import { ending, exitOf } from './ending.js';
import { logLine } from './log-line.js';
import { timeline } from './timeline.js';

/** Options of every command that starts a deployment. */
export const followOptions = {
  detach: { type: 'boolean', short: 'd', about: 'Do not wait for the end of the deployment' },
  quiet: { type: 'boolean', short: 'q', about: 'Show the end alone, not the log and the timeline' },
} as const satisfies OptionSpecs;

/**
 * Shows a deployment as it happens, until it ends: its log, the step that runs now, and at the end the timeline. With --json it
 * prints the whole deployment once it has ended.
 *
 * @returns how the program should exit
 */
export async function follow(
  context: Context,
  accepted: Pick<DeploymentSummary, 'app' | 'number'>,
  options: { detach?: boolean; quiet?: boolean } = {},
): Promise<ExitName> {
  const { ui, api } = context;
  const path = `/v1/apps/${seg(accepted.app)}/deployments/${accepted.number}`;
  if (options.detach) {
    if (ui.json) ui.document(await api.get<DeploymentView>(path));
    else {
      ui.done(`Deployment ${accepted.number} of ${accepted.app} is under way.`);
      ui.say(`  Follow it with \`berth deployments log ${accepted.number} -f --app ${accepted.app}\`.`);
    }
    return 'ok';
  }
  await watch(context, path, options.quiet === true || ui.json);
  if (context.signal.aborted) return leave(context, accepted);
  const [deployment, app] = await Promise.all([
    api.get<DeploymentView>(path),
    api.get<AppView>(`/v1/apps/${seg(accepted.app)}`),
  ]);
  if (ui.json) ui.document(deployment);
  else report(context, deployment, app.url, options.quiet === true);
  return exitOf(deployment.status);
}

/** Prints lines and keeps the live line until the deployment's last message. */
async function watch(context: Context, path: string, silent: boolean): Promise<void> {
  const { ui, api } = context;
  const started = Date.now();
  const now: { status: string; step: StepView | null } = { status: 'queued', step: null };
  ui.live.show(() => {
    const step = now.step ? `${now.step.title}, ` : '';
    return `${now.status}: ${step}${duration(Date.now() - started)}`;
  });
  try {
    for await (const { event, data } of api.stream(`${path}/log/stream`)) {
      if (event === 'line' && !silent) ui.say(logLine(data as DeploymentLogLine, ui.err));
      if (event === 'step') {
        const step = data as StepView;
        if (step.outcome === 'running') now.step = step;
      }
      if (event === 'status') now.status = (data as DeploymentSummary).status;
      if (event === 'end' && hasEnded((data as DeploymentSummary).status)) return;
    }
  } finally {
    ui.live.stop();
  }
}

function report(context: Context, deployment: DeploymentView, url: string, quiet: boolean): void {
  const { ui } = context;
  if (!quiet && deployment.steps.length > 0) {
    ui.say();
    const style = ui.err;
    for (const line of timeline(deployment, { style, columns: ui.room, explain: false, now: new Date() }))
      ui.say(line);
    ui.say();
  }
  for (const line of ending(deployment, url, ui.err)) ui.say(line);
  // What a script wants from `berth deploy`: the address, alone on standard output when that is a pipe.
  if (deployment.status === 'live' && ui.columns === null) ui.print(url);
}

function leave({ ui }: Context, { app, number }: Pick<DeploymentSummary, 'app' | 'number'>): ExitName {
  ui.warn(`You left; deployment ${number} goes on without you.`);
  ui.say(
    `  \`berth deployments log ${number} -f --app ${app}\` follows it again, \`berth cancel --app ${app}\` ends it.`,
  );
  return 'interrupted';
}
