import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import { follow, followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';

export const restart = command({
  name: 'restart',
  group: 'Apps',
  summary: 'Restart an app without losing a request',
  about: ['New instances of the live release take the old ones’ place once they are ready.'],
  app: 'argument',
  options: followOptions,
  examples: [
    ['restart', 'this folder’s app'],
    ['restart hello -d', 'without waiting'],
  ],
  async run(context, { options }) {
    const { deployment } = await context.api.post<AcceptedDeployment>(`${await context.appPath()}/restart`);
    return follow(context, deployment, { ...options, quiet: true });
  },
});
