import type { SessionView } from '#libs/contracts/api/session.js';
import type { Context } from '../frame/context.js';
import { usage } from '../frame/failure.js';

/** The team to act in: named, or the caller's only one. */
export async function oneTeam({ team, api }: Context): Promise<string> {
  if (team !== undefined) return team;
  const { teams } = await api.get<SessionView>('/v1/session');
  const [only] = teams;
  if (only && teams.length === 1) return only.slug;
  throw usage('Which team?', [
    teams.length > 1
      ? `Name it with --team: ${teams.map(({ slug }) => slug).join(', ')}.`
      : 'You are in none: `berth team create NAME` makes one.',
  ]);
}
