import type { DeploymentLog, DeploymentLogLine } from '#libs/contracts/api/deployments.js';
import { follow } from '../../deployment/follow.js';
import { logLine } from '../../deployment/log-line.js';
import { chosenDeployment } from '../../deployment/number.js';
import { command } from '../../frame/command.js';
import { hasEnded } from '#libs/core/deployment-status.js';

export const deploymentsLog = command({
  name: 'deployments log',
  aliases: ['build-log'],
  group: 'Deploy',
  summary: 'Show the log of a deployment',
  arguments: [
    { name: 'NUMBER', looksLike: /^v?\d+$/, about: 'Its number; the last one if left out', optional: true },
  ],
  app: 'argument',
  options: { follow: { type: 'boolean', short: 'f', about: 'Wait for what comes, and for the end' } },
  examples: [
    ['deployments log', 'of the last one'],
    ['deployments log 12 -f --app hello', 'follow one that is under way'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const number = await chosenDeployment(context, input.optional('NUMBER'));
    const app = await context.app();
    if (input.options.follow) return follow(context, { app, number });
    const path = `${await context.appPath()}/deployments/${number}/log`;
    const lines: DeploymentLogLine[] = [];
    for (let after = '0'; ; after = lines.at(-1)?.id ?? after) {
      const page = await api.get<DeploymentLog>(path, { after });
      lines.push(...page.lines);
      if (!ui.json) for (const line of page.lines) ui.print(logLine(line, ui.out));
      if (page.ended || page.lines.length === 0) {
        if (ui.json) ui.document({ lines, ended: page.ended, status: page.status });
        else if (!hasEnded(page.status)) ui.say(`  (${page.status}; -f follows it to the end)`);
        return;
      }
    }
  },
});
