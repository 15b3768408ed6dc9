import type { SessionView } from '#libs/contracts/api/session.js';
import { command } from '../../frame/command.js';

export const whoami = command({
  name: 'whoami',
  group: 'Start',
  summary: 'Show who you are, and where',
  examples: [
    ['whoami', 'platform, user, teams'],
    ['whoami --json', 'the same for programs'],
  ],
  async run({ ui, api, settings }) {
    const session = await api.get<SessionView>('/v1/session');
    ui.result({ url: settings.url, ...session }, () =>
      ui.facts([
        ['Platform', settings.url],
        ['User', `${session.user.email}${session.user.admin ? ' (administrator)' : ''}`],
        ['Teams', session.teams.map(({ slug, role }) => `${slug} (${role})`).join(', ') || 'none'],
        ['Team in use', settings.team],
        ['Token from', settings.tokenFrom === 'login' ? settings.path : settings.tokenFrom],
        ['Expires', session.expiresAt],
      ]),
    );
  },
});
