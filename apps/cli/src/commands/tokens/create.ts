import type { CreatedToken } from '#libs/contracts/api/tokens.js';
import { scopes } from '#libs/core/roles.js';
import { command } from '../../frame/command.js';
import { usage } from '../../frame/failure.js';

export const tokensCreate = command({
  name: 'tokens create',
  group: 'Team and access',
  summary: 'Make a token, for CI or another machine',
  about: ['Its secret is printed once, alone on standard output. With --team it is good for that team only.'],
  arguments: [{ name: 'NAME', about: 'What it is for' }],
  options: {
    scope: {
      type: 'string',
      short: 's',
      value: 'SCOPE',
      about: 'What it may do at most: read, deploy, write or admin (deploy)',
      completes: scopes,
    },
    expires: { type: 'number', value: 'DAYS', about: 'Days until it expires (never)' },
  },
  examples: [
    ['tokens create ci --scope deploy --team shop --expires 90', 'for a pipeline'],
    ['tokens create backup --scope read > token.txt', 'into a file'],
  ],
  async run({ ui, api, team }, input) {
    const { options } = input;
    const scope = scopes.find((one) => one === (options.scope ?? 'deploy'));
    if (!scope) throw usage(`There is no scope "${options.scope}".`, `It is one of ${scopes.join(', ')}.`);
    const created = await api.post<CreatedToken>('/v1/tokens', {
      name: input.argument('NAME'),
      scopes: [scope],
      team,
      expiresInDays: options.expires,
    });
    ui.result(created, () => {
      ui.done(`Made ${created.token.name} (${scope}). This is the only time that it is shown:`);
      ui.print(created.secret);
    });
  },
});
