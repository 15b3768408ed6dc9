import type { CreatedToken } from '#libs/contracts/api/tokens.js';
import type { Scope } from '#libs/core/roles.js';
import type { Context } from '../frame/context.js';
import { Failure } from '../frame/failure.js';
import { ask, readPipe } from '../ui/ask.js';
import { machineName, type KeptToken } from './kept-token.js';

/** E-mail address and password, asked for or brought: good for one token, and not kept. */
export async function tokenByPassword(
  context: Context,
  url: string,
  wish: { email: string | undefined; fromPipe: boolean; scope: Scope; days: number },
): Promise<KeptToken> {
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
      { name: `berth CLI on ${machineName()}`, scopes: [wish.scope], expiresInDays: wish.days },
      headers,
    );
    return { token: secret, tokenId: token.id };
  } finally {
    await nobody.delete('/v1/session', headers).catch((error: unknown) => {
      if (!(error instanceof Failure)) throw error;
    });
  }
}
