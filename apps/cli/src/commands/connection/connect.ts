import type { MadeConnection } from '#libs/contracts/api/connections.js';
import { command } from '../../frame/command.js';

export const connect = command({
  name: 'connect',
  group: 'Deploy',
  summary: 'Deploy an app from a branch of a git server, now and after each push',
  about: [
    'It is fetched and deployed at once. For what comes later, add a webhook for pushes at the git server, with the address and the secret that are shown, as application/json: GitHub, GitLab, Gitea and Forgejo sign it each in their way.',
    'For a private repository put a token into the address: https://x:TOKEN@git.example.org/team/repo.git. It is sealed, and shown to nobody.',
  ],
  arguments: [{ name: 'URL', about: 'Of the repository: https:// or http://' }],
  app: 'argument',
  options: { branch: { type: 'string', short: 'b', value: 'NAME', about: 'What to deploy (main)' } },
  examples: [
    ['connect hello https://github.com/me/hello.git', 'its branch main'],
    ['connect hello https://git.example.org/me/hello.git --branch production', 'another'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const { branch } = input.options;
    const body = { url: input.argument('URL'), ...(branch !== undefined && { branch }) };
    const made = await api.put<MadeConnection>(`${await context.appPath()}/connection`, body);
    ui.result(made, () => {
      ui.done(
        `${made.branch} of ${made.url} is fetched. \`berth connection${context.appFlag}\` tells what came of it.`,
      );
      ui.say('For pushes, add a webhook there; the secret is shown this once:');
      ui.facts([
        ['Address', made.hookUrl],
        ['Secret', made.secret],
      ]);
    });
  },
});
