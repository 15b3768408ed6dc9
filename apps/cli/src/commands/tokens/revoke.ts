import type { TokenView } from '#libs/contracts/api/tokens.js';
import { command } from '../../frame/command.js';
import { Failure } from '../../frame/failure.js';

export const tokensRevoke = command({
  name: 'tokens revoke',
  group: 'Team and access',
  summary: 'Revoke a token: it is worth nothing from then on',
  arguments: [{ name: 'TOKEN', about: 'Its name, its prefix as `berth tokens` shows it, or its id' }],
  examples: [['tokens revoke ci', 'by its name']],
  async run({ ui, api }, input) {
    const typed = input.argument('TOKEN');
    const prefix = /^berth_([^_…]+)/.exec(typed)?.[1] ?? typed;
    const tokens = (await api.list<TokenView>('/v1/tokens')).filter(({ revokedAt }) => revokedAt === null);
    const found = tokens.filter((one) => one.id === typed || one.prefix === prefix || one.name === typed);
    const [token] = found;
    if (!token || found.length > 1)
      throw new Failure(token ? `Several tokens are called ${typed}.` : `You have no token ${typed}.`, {
        todo: '`berth tokens` lists them; name it by its prefix.',
        exit: token ? 'refused' : 'missing',
      });
    await api.delete(`/v1/tokens/${token.id}`);
    ui.result({ revoked: token.id }, () => ui.done(`${token.name} is worth nothing any more.`));
  },
});
