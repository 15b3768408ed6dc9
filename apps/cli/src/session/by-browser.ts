import { setTimeout as delay } from 'node:timers/promises';
import type { LoginToken, StartedLogin } from '#libs/contracts/api/logins.js';
import type { Scope } from '#libs/core/roles.js';
import type { Context } from '../frame/context.js';
import { Failure } from '../frame/failure.js';
import { browse, hasDesktop } from '../ui/browse.js';
import { version } from '../version.js';
import { machineName, type KeptToken } from './kept-token.js';

/** A page and a code: whoever is signed in there, on this machine or another, lets this one in. */
export async function tokenByBrowser(
  context: Context,
  url: string,
  wish: { scope: Scope; expiresInDays: number },
): Promise<KeptToken> {
  const { ui, signal } = context;
  const nobody = context.apiAs(null, url);
  const who = { machine: machineName(), client: `berth ${version}` };
  const asked = await nobody.post<StartedLogin>('/v1/logins', { ...who, wish });
  ui.say(`Open  ${ui.err.bold(asked.page)}`);
  ui.say(`Code  ${ui.err.bold(asked.code)}`);
  ui.say(
    ui.err.dim(
      `The page, in any browser, names this machine (${who.machine}); say yes there if it shows the same code. It waits ${Math.round(asked.expiresInSeconds / 60)} minutes; Ctrl-C gives up. With a password instead: berth login --email ADDRESS`,
    ),
  );
  if (hasDesktop(context)) browse(asked.page);
  const until = Date.now() + asked.expiresInSeconds * 1000;
  ui.live.show(() => 'Waiting for a yes in the browser');
  try {
    while (Date.now() < until) {
      await delay(asked.everySeconds * 1000, undefined, { signal });
      const { made } = await nobody
        .post<LoginToken>('/v1/logins/token', { secret: asked.secret })
        .catch(whileAway);
      if (made !== null) return { token: made.secret, tokenId: made.token.id };
    }
  } finally {
    ui.live.stop();
  }
  throw new Failure('Nobody said yes in time, so nobody was signed in.', {
    todo: 'Run `berth login` again for a new code.',
    exit: 'denied',
    code: 'login_expired',
  });
}

/** A platform that restarts, or a network that comes and goes, is waited for. */
function whileAway(error: unknown): LoginToken {
  if (error instanceof Failure && error.exit === 'unreachable') return { made: null };
  throw error;
}
