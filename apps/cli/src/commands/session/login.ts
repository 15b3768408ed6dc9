import type { MetaView } from '#libs/contracts/api/meta.js';
import type { SessionView } from '#libs/contracts/api/session.js';
import { scopes, type Scope } from '#libs/core/roles.js';
import { command } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { usage } from '../../frame/failure.js';
import { isLoopbackName } from '../../http/localhost.js';
import { tokenByBrowser } from '../../session/by-browser.js';
import { tokenByPassword } from '../../session/by-password.js';
import type { KeptToken } from '../../session/kept-token.js';
import { writeConfigFile } from '../../settings/config-file.js';
import { platformUrl } from '../../settings/platform-url.js';
import { ask, readPipe } from '../../ui/ask.js';

const DAYS = 365;

/** Signs in and keeps a token, never the password. */
export const login = command({
  name: 'login',
  group: 'Start',
  summary: 'Sign in to a platform',
  about: [
    'Shows an address and a short code. Open the address in any browser, on this machine or another: the page names this machine and asks how far its token shall reach. The token is kept in a file that only you can read. This works over SSH too.',
    'With --email the password is asked for here instead; it is not kept. In CI, set BERTH_URL and BERTH_TOKEN; then no login is needed.',
  ],
  options: {
    email: {
      type: 'string',
      short: 'e',
      value: 'ADDRESS',
      about: 'Sign in with this e-mail address and a password, without a browser',
    },
    web: { type: 'boolean', about: 'Sign in by a browser, also where nobody can be asked (a pipe)' },
    'password-stdin': { type: 'boolean', about: 'Read the password from standard input; with --email' },
    token: {
      type: 'string',
      value: 'TOKEN',
      about: 'Keep this token instead; `-` reads it from standard input',
    },
    scope: {
      type: 'string',
      value: 'SCOPE',
      about: 'What the token may do at most: read, deploy, write or admin (all that you may)',
      completes: scopes,
    },
    expires: { type: 'number', value: 'DAYS', about: `Days until the token expires (${DAYS})` },
  },
  examples: [
    ['login', 'say yes in a browser'],
    ['login --url https://berth.example.org', 'to another platform'],
    ['login --email me@example.org', 'be asked for the password, here'],
    ['login --token - < .berth/admin.token', 'use the token that npm start left in the platform’s folder'],
  ],
  async run(context, { options }) {
    const { ui, settings } = context;
    const url = await chosenUrl(context);
    const meta = await context.apiAs(null, url).get<MetaView>('/v1/meta');
    if (isOpenToAll(url))
      ui.warn(`${url} is not encrypted: others on the way can read your password and token.`);
    const kept = await newToken(context, url, options);
    const session = await context.apiAs(kept.token, url).get<SessionView>('/v1/session');
    const platforms = { ...settings.file.platforms, [url]: { ...kept, email: session.user.email } };
    await writeConfigFile(settings.path, { current: url, platforms });
    ui.result({ url, version: meta.version, user: session.user, teams: session.teams }, () => {
      ui.done(`Signed in to ${url} as ${ui.err.bold(session.user.email)}.`);
      const teams = session.teams.map(({ slug, role }) => `${slug} (${role})`);
      ui.say(
        `  ${teams.length > 0 ? `Teams: ${teams.join(', ')}` : 'You are in no team yet: `berth team create NAME`.'}`,
      );
      ui.say('  Next: `berth deploy --create` in the folder of an app.');
    });
  },
});

/** Plain HTTP to another machine. */
function isOpenToAll(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return (
    protocol === 'http:' && !isLoopbackName(hostname) && !hostname.startsWith('127.') && hostname !== '[::1]'
  );
}

async function chosenUrl({ ui, settings }: Context): Promise<string> {
  if (settings.named || !ui.asks) return settings.url;
  const instead = 'Name it with --url or BERTH_URL.';
  return platformUrl(await ask(ui, 'Platform', { otherwise: settings.url, instead }));
}

function readScope(written: string | undefined): Scope {
  const scope = scopes.find((one) => one === (written ?? 'admin'));
  if (scope === undefined)
    throw usage(`There is no scope "${written}".`, `It is one of ${scopes.join(', ')}.`);
  return scope;
}

/** By the way that the options name: a token that is there, a password, or a browser. */
async function newToken(
  context: Context,
  url: string,
  options: {
    token?: string;
    email?: string;
    'password-stdin'?: boolean;
    web?: boolean;
    scope?: string;
    expires?: number;
  },
): Promise<KeptToken> {
  const { token, email, 'password-stdin': fromPipe = false, web = false } = options;
  if (token !== undefined) return broughtToken(context, url, token);
  const [scope, days] = [readScope(options.scope), options.expires ?? DAYS];
  if (email !== undefined || fromPipe) return tokenByPassword(context, url, { email, fromPipe, scope, days });
  if (web || context.ui.asks) return tokenByBrowser(context, url, { scope, expiresInDays: days });
  throw usage('There is no terminal to ask at.', [
    'With a token: --token TOKEN, or `--token -` and the token by standard input; or set BERTH_TOKEN and do not sign in at all.',
    'With a password: --email ADDRESS --password-stdin.',
    'By a browser somewhere else: --web.',
  ]);
}

async function broughtToken({ ui }: Context, url: string, written: string): Promise<KeptToken> {
  const token = (written === '-' ? await readPipe(ui) : written).trim();
  if (!/^berth_[\x21-\x7e]{8,200}$/.test(token))
    throw usage(
      `This is not a token of ${url}.`,
      'A token starts with "berth_"; the dashboard or `berth tokens create` makes one.',
    );
  return { token, tokenId: null };
}
