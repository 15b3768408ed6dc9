import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import { follow, followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { instanceId } from '../../settings/instance.js';

export const commit = command({
  name: 'commit',
  group: 'Run',
  summary: 'Make a release of what an instance wrote, as docker commit does',
  about: [
    'What the instance wrote since it started becomes one layer on top of its image, and that the next release. Environment, config and secrets are not in it, nor is /tmp, which is memory; files that hold secrets are.',
    'Nobody can build it again: the next push, upload or deploy is made without it. Write what you need into the source, or a Dockerfile, before that.',
    'The instance stands still for the moment that it takes. A one-off (`berth run`) can be committed as well.',
  ],
  app: 'option',
  arguments: [{ name: 'INSTANCE', about: 'Id, or the end of it as `berth ps` shows' }],
  options: {
    message: { type: 'string', short: 'm', value: 'TEXT', about: 'What the release is called' },
    ...followOptions,
  },
  examples: [
    ['commit 9c2f41aa -m "with curl"', 'what was installed by hand in a one-off'],
    ['commit 9c2f41aa --detach', 'without waiting for it to be live'],
  ],
  async run(context, input) {
    const { options } = input;
    const id = await instanceId(context, input.argument('INSTANCE'));
    const path = `${await context.appPath()}/instances/${seg(id)}/commit`;
    const body = options.message === undefined ? {} : { comment: options.message };
    const { deployment } = await context.api.post<AcceptedDeployment>(path, body);
    return follow(context, deployment, options);
  },
});
