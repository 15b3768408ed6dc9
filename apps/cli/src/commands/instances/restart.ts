import type { AcceptedDeployment } from '#libs/contracts/api/deployments.js';
import type { InstanceView } from '#libs/contracts/api/instances.js';
import { follow, followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { instanceId } from '../../settings/instance.js';

export const restart = command({
  name: 'restart',
  group: 'Apps',
  summary: 'Restart an app, or one instance of it, without losing a request',
  about: [
    'New instances of the live release take the old ones’ place once they are ready.',
    'With INSTANCE, one alone does so and the others go on. The command does not wait for it: `berth ps` shows how far it is. An instance that crashed is started again at once; of an app that sleeps frozen, the next visitor gets a fresh one.',
  ],
  app: 'argument',
  arguments: [
    {
      name: 'INSTANCE',
      about: 'Id of one instance, or the end of it as `berth ps` shows; all of the app’s if left out',
      looksLike: /^(?=.*\d)[0-9a-f]{8}$|^[0-9a-f]{8}-/,
      optional: true,
    },
  ],
  options: followOptions,
  examples: [
    ['restart', 'this folder’s app'],
    ['restart hello -d', 'without waiting'],
    ['restart hello 9c2f41aa', 'one instance'],
  ],
  async run(context, input) {
    const { api, ui } = context;
    const typed = input.optional('INSTANCE');
    const app = await context.appPath();
    if (typed === undefined) {
      const { deployment } = await api.post<AcceptedDeployment>(`${app}/restart`);
      return follow(context, deployment, { ...input.options, quiet: true });
    }
    const id = await instanceId(context, typed);
    const instance = await api.post<InstanceView>(`${app}/instances/${seg(id)}/restart`);
    if (ui.json) ui.document(instance);
    else ui.done(`Another ${instance.process} instance takes the place of ${id.slice(-8)}.`);
    return 'ok';
  },
});
