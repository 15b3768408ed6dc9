import type { DeploymentSummary } from '#libs/contracts/api/deployments.js';
import { chosenDeployment } from '../../deployment/number.js';
import { command } from '../../frame/command.js';

export const cancel = command({
  name: 'cancel',
  aliases: ['deployments cancel'],
  group: 'Deploy',
  summary: 'Cancel a deployment that is not live yet',
  arguments: [
    { name: 'NUMBER', looksLike: /^v?\d+$/, about: 'Its number; the last one if left out', optional: true },
  ],
  app: 'argument',
  examples: [
    ['cancel', 'the last deployment of this folder’s app'],
    ['cancel 12 --app hello', 'a certain one'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const number = await chosenDeployment(context, input.optional('NUMBER'));
    const cancelled = await api.post<DeploymentSummary>(
      `${await context.appPath()}/deployments/${number}/cancel`,
    );
    ui.result(cancelled, () =>
      ui.done(`Deployment ${number} is ${cancelled.status}. What was live before still is.`),
    );
  },
});
