import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import { follow, followOptions } from '../../deployment/follow.js';
import { chosenDeployment } from '../../deployment/number.js';
import { command } from '../../frame/command.js';

export const deploymentsRetry = command({
  name: 'deployments retry',
  aliases: ['retry'],
  group: 'Deploy',
  summary: 'Deploy the same source again',
  arguments: [
    {
      name: 'NUMBER',
      looksLike: /^v?\d+$/,
      about: 'Number of the deployment; the last one if left out',
      optional: true,
    },
  ],
  app: 'argument',
  options: followOptions,
  examples: [['retry', 'after the cause of a failure is gone']],
  async run(context, input) {
    const number = await chosenDeployment(context, input.optional('NUMBER'));
    const path = `${await context.appPath()}/deployments/${number}/retry`;
    const { deployment } = await context.api.post<AcceptedDeployment>(path);
    return follow(context, deployment, input.options);
  },
});
