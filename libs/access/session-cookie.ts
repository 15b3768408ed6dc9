import type { Response } from 'express';

export const SESSION_COOKIE = 'berth_session';

/** Gives the browser its session. Out of reach of scripts, and not sent by other sites' forms. */
export function setSessionCookie(response: Response, secret: string, expires: Date, secure: boolean): void {
  response.cookie(SESSION_COOKIE, secret, { httpOnly: true, sameSite: 'lax', secure, path: '/', expires });
}

export function clearSessionCookie(response: Response, secure: boolean): void {
  response.clearCookie(SESSION_COOKIE, { httpOnly: true, sameSite: 'lax', secure, path: '/' });
}
