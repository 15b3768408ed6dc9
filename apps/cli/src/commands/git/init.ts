import { basename } from 'node:path';
import type { AppView } from '#libs/contracts/api/apps.js';
import { nameProblem } from '#libs/core/names.js';
import { appNameOf } from '../../settings/app-name.js';
import { command } from '../../frame/command.js';
import { Failure, usage } from '../../frame/failure.js';
import { seg } from '../../http/client.js';
import { connectFolder } from '../../settings/connect-folder.js';
import { writeStarterToml } from '../../settings/starter-toml.js';

export const init = command({
  name: 'init',
  group: 'Start',
  summary: 'Make this folder an app: creates it, writes the git remote and a berth.toml',
  about: [
    'The berth.toml holds what may be written into it, as comments, and changes nothing; one that is there is left as it is.',
  ],
  arguments: [{ name: 'NAME', about: 'Name of the app; the folder’s if left out', optional: true }],
  options: {
    remote: { type: 'string', value: 'NAME', about: 'Name of the git remote (berth)' },
    'no-toml': { type: 'boolean', about: 'Write no berth.toml' },
    'no-credentials': { type: 'boolean', about: 'Leave git’s settings for passwords alone' },
  },
  examples: [
    ['init', 'an app named after this folder'],
    ['init hello --team shop', 'name and team of your choice'],
  ],
  async run(context, input) {
    const { ui, api, team, cwd } = context;
    const name = input.optional('NAME') ?? appNameOf(basename(cwd));
    const problem = nameProblem(name);
    if (problem !== null) throw usage(problem, 'Name the app: `berth init NAME`.');
    const existing = await api.get<AppView>(`/v1/apps/${seg(name)}`).catch((error: unknown) => {
      if (error instanceof Failure && error.exit === 'missing') return null;
      throw error;
    });
    const app = existing ?? (await api.post<AppView>('/v1/apps', { name, team }));
    const remote = await connectFolder(context, app, input.options);
    const toml = input.options['no-toml'] !== true && (await writeStarterToml(cwd, app.name));
    const { url, gitUrl } = app;
    ui.result({ app: app.name, created: existing === null, remote, url, gitUrl, toml }, () => {
      ui.done(
        `${existing ? 'Found' : 'Created'} ${ui.err.bold(app.name)} in team ${app.team}; the git remote ${remote} leads to it.`,
      );
      if (toml) ui.say('  berth.toml was written: it says what you may change, and changes nothing yet.');
      ui.say(`  \`git push ${remote} main\` or \`berth deploy\` puts it online at ${app.url}`);
    });
  },
});
