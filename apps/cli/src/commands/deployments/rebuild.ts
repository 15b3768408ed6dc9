import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import { follow, followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';

export const rebuild = command({
  name: 'rebuild',
  group: 'Deploy',
  summary: 'Build what is live again, on the stack images of today',
  about: [
    'The source stays what it is; the operating system and the language below it are those that this host has now, security updates included.',
  ],
  app: 'argument',
  options: followOptions,
  examples: [
    ['rebuild', 'this folder’s app'],
    ['rebuild hello -d', 'without waiting'],
  ],
  async run(context, { options }) {
    const path = `${await context.appPath()}/deployments`;
    const { deployment } = await context.api.post<AcceptedDeployment>(path, { rebuild: true });
    return follow(context, deployment, options);
  },
});
