import type { AppView } from '#libs/contracts/api/apps.js';
import { command } from '../../frame/command.js';

export const appsCreate = command({
  name: 'apps create',
  aliases: ['create'],
  group: 'Apps',
  summary: 'Create an app',
  arguments: [{ name: 'NAME', about: 'Name of the app, part of its address' }],
  examples: [
    ['create hello', 'in your only team'],
    ['create hello --team shop', 'in a team of your choice'],
  ],
  async run({ ui, api, team }, input) {
    const app = await api.post<AppView>('/v1/apps', { name: input.argument('NAME'), team });
    ui.result(app, () => {
      ui.done(`Created ${ui.err.bold(app.name)} in team ${app.team}.`);
      ui.facts([
        ['URL', app.url],
        ['Git remote', app.gitUrl],
      ]);
      ui.say(
        `  Next: \`berth deploy --app ${app.name}\`, or \`berth git:remote ${app.name}\` and \`git push berth main\`.`,
      );
    });
  },
});
