import type { AppView } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';
import { seg } from '../../http/client.js';
import { connectFolder } from '../../settings/connect-folder.js';

export const gitRemote = command({
  name: 'git remote',
  group: 'Start',
  summary: 'Make this folder’s git push to an app',
  about: [
    'Adds (or moves) the git remote `berth`, and tells git to ask berth for the token, for this repository and this platform alone. Then `git push berth main` deploys, and commands in this folder know their app.',
  ],
  arguments: [{ name: 'APP', about: 'The app', optional: true, completes: 'app' }],
  app: 'option',
  options: {
    remote: { type: 'string', value: 'NAME', about: 'Name of the remote (berth)' },
    'no-credentials': { type: 'boolean', about: 'Leave git’s settings for passwords alone' },
  },
  examples: [
    ['git:remote hello', 'then: git push berth main'],
    ['git:remote hello --remote staging', 'a second one'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const name = input.optional('APP') ?? (await context.app());
    const app = await api.get<AppView>(`/v1/apps/${seg(name)}`);
    const remote = await connectFolder(context, app, input.options);
    ui.result({ remote, url: app.gitUrl, app: app.name }, () => {
      ui.done(`The remote ${remote} leads to ${app.name}: ${app.gitUrl}`);
      ui.say(`  \`git push ${remote} main\` deploys.`);
    });
  },
});
