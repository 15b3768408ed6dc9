import { hostname as machineName } from 'node:os';
import type { MetaView } from '#libs/contracts/api/meta.js';
import type { SessionView } from '#libs/contracts/api/session.js';
import type { CreatedToken } from '#libs/contracts/api/tokens.js';
import { scopes, type Scope } from '#libs/core/roles.js';
import { command } from '../../frame/command.js';
import type { Context } from '../../frame/context.js';
import { Failure, usage } from '../../frame/failure.js';
import { isLoopbackName } from '../../http/localhost.js';
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
    'Asks for the address of the platform, your e-mail address and your password, makes a token of its own for this machine and keeps it in a file that only you can read. The password is not kept. In CI, set BERTH_URL and BERTH_TOKEN instead; then no login is needed.',
  ],
  options: {
    email: { type: 'string', short: 'e', value: 'ADDRESS', about: 'E-mail address, instead of being asked' },
    'password-stdin': { type: 'boolean', about: 'Read the password from standard input' },
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
    ['login', 'be asked for everything'],
    ['login --url https://berth.example.org --email me@example.org', 'be asked for the password alone'],
    ['login --token - < .berth/admin.token', 'use the token that npm start left in the platform’s folder'],
  ],
  async run(context, { options }) {
    const { ui, settings } = context;
    const url = await chosenUrl(context);
    const meta = await context.apiAs(null, url).get<MetaView>('/v1/meta');
    if (isOpenToAll(url))
      ui.warn(`${url} is not encrypted: others on the way can read your password and token.`);
    const kept =
      options.token !== undefined
        ? await broughtToken(context, url, options.token)
        : await ownToken(context, url, {
            email: options.email,
            fromPipe: options['password-stdin'] === true,
            scope: readScope(options.scope),
            days: options.expires ?? DAYS,
          });
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

async function broughtToken(
  { ui }: Context,
  url: string,
  written: string,
): Promise<{ token: string; tokenId: null }> {
  const token = (written === '-' ? await readPipe(ui) : written).trim();
  if (!/^berth_[\x21-\x7e]{8,200}$/.test(token))
    throw usage(
      `This is not a token of ${url}.`,
      'A token starts with "berth_"; the dashboard or `berth tokens create` makes one.',
    );
  return { token, tokenId: null };
}

async function ownToken(
  context: Context,
  url: string,
  wish: { email: string | undefined; fromPipe: boolean; scope: Scope; days: number },
): Promise<{ token: string; tokenId: string }> {
  const { ui, settings } = context;
  const known = settings.file.platforms[url]?.email || undefined;
  const email =
    wish.email ??
    (await ask(ui, 'E-mail address', { otherwise: known, instead: 'Name it with --email, or use --token.' }));
  const password = wish.fromPipe
    ? (await readPipe(ui)).replace(/\r?\n$/, '')
    : await ask(ui, 'Password', { hidden: true, instead: 'Send it with --password-stdin, or use --token.' });
  const nobody = context.apiAs(null, url);
  const cookie = await nobody.signIn({ email, password });
  // The session serves to make the token, and ends; its cookie is told apart from a foreign page's by these headers.
  const headers = { cookie, origin: url, 'x-berth-csrf': '1', 'sec-fetch-site': 'same-origin' };
  try {
    const { token, secret } = await nobody.post<CreatedToken>(
      '/v1/tokens',
      { name: `berth CLI on ${machineName()}`.slice(0, 80), scopes: [wish.scope], expiresInDays: wish.days },
      headers,
    );
    return { token: secret, tokenId: token.id };
  } finally {
    await nobody.delete('/v1/session', headers).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
    });
  }
}
