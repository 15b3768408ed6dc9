import type { Response } from 'express';

/**
 * Name of the session's cookie. Apps live on hosts beside the platform's own and may set cookies for the domain that they share with it;
 * with the prefix `__Host-` browsers take the cookie from this very host alone. They allow the prefix only where the site is https.
 */
export function sessionCookie(secure: boolean): string {
  return secure ? '__Host-berth_session' : 'berth_session';
}

const optionsOf = (secure: boolean) => ({ httpOnly: true, sameSite: 'lax', secure, path: '/' }) as const;

/** Gives the browser its session. Out of reach of scripts, and not sent by other sites' forms. `secure`: visitors come by https. */
export function setSessionCookie(response: Response, secret: string, expires: Date, secure: boolean): void {
  response.cookie(sessionCookie(secure), secret, { ...optionsOf(secure), expires });
}

export function clearSessionCookie(response: Response, secure: boolean): void {
  response.clearCookie(sessionCookie(secure), optionsOf(secure));
}
