import { createServer } from 'node:http';
import express from 'express';
import request from 'supertest';
import { expect, it } from 'vitest';
import { clearSessionCookie, setSessionCookie } from './session-cookie.js';

it.each([
  [false, /^berth_session=s; Path=\/; Expires=[^;]+; HttpOnly; SameSite=Lax$/],
  // What browsers demand of the prefix: Secure, Path=/ and no Domain.
  [true, /^__Host-berth_session=s; Path=\/; Expires=[^;]+; HttpOnly; Secure; SameSite=Lax$/],
])(
  'a session is given and taken by a cookie of this host alone where the site is https: %s',
  async (secure, cookie) => {
    const app = express();
    app.get('/in', (_, response) => {
      setSessionCookie(response, 's', new Date('2030-01-01'), secure);
      response.end();
    });
    app.get('/out', (_, response) => {
      clearSessionCookie(response, secure);
      response.end();
    });
    const server = createServer(app);
    const [given, taken] = await Promise.all(
      ['/in', '/out'].map(async (path) => (await request(server).get(path)).get('Set-Cookie')?.[0]),
    );
    expect(given).toMatch(cookie);
    expect(taken?.replace('_session=;', '_session=s;')).toMatch(cookie);
  },
);
