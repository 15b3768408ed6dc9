import type { TokenView } from '#libs/contracts/api/tokens.js';
import { command } from '../../frame/command.js';
import { safe } from '../../ui/text.js';
import { ago } from '../../ui/units.js';

export const tokensList = command({
  name: 'tokens',
  aliases: ['tokens list'],
  group: 'Team and access',
  summary: 'List your tokens',
  options: { all: { type: 'boolean', about: 'Revoked and expired ones too' } },
  examples: [['tokens', 'the valid ones']],
  async run({ ui, api }, { options }) {
    const now = new Date();
    const tokens = await api.list<TokenView>('/v1/tokens');
    const shown = options.all ? tokens : tokens.filter((token) => isValid(token, now));
    ui.list(
      shown,
      [
        { title: 'TOKEN', cell: ({ prefix }) => `berth_${prefix}_…` },
        { title: 'NAME', cell: ({ name }) => safe(name), shrinks: true },
        { title: 'MAY', cell: ({ scopes }) => scopes.join(', ') },
        { title: 'TEAM', cell: ({ team }) => team ?? 'all' },
        { title: 'USED', cell: ({ lastUsedAt }) => (lastUsedAt ? ago(lastUsedAt, now) : 'never') },
        { title: 'EXPIRES', cell: ({ expiresAt }) => expiresAt?.slice(0, 10) ?? 'never' },
        ...(options.all
          ? [
              {
                title: 'STATE',
                cell: (token: TokenView) =>
                  isValid(token, now) ? 'valid' : token.revokedAt ? 'revoked' : 'expired',
              },
            ]
          : []),
      ],
      'No tokens.',
    );
  },
});

function isValid({ revokedAt, expiresAt }: TokenView, now: Date): boolean {
  return revokedAt === null && (expiresAt === null || Date.parse(expiresAt) > now.getTime());
}
