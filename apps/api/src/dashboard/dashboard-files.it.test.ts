import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import express from 'express';
import request from 'supertest';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dashboardFiles } from './dashboard-files.js';

let directory: string;
let server: Server;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'berth-pages-'));
  await mkdir(join(directory, 'assets'));
  await writeFile(join(directory, 'index.html'), '<title>pages</title>');
  await writeFile(join(directory, 'favicon.svg'), '<svg/>');
  await writeFile(join(directory, 'assets/index-abc123.js'), 'x()');
  const app = express();
  app.use(dashboardFiles(directory));
  app.use((_, response) => void response.status(418).end());
  server = app.listen(0, '127.0.0.1');
});
afterAll(async () => {
  server.close();
  await rm(directory, { recursive: true, force: true });
});

const get = (path: string) => request(server).get(path);

describe('the dashboard', () => {
  it('is index.html for every page, asked for each time', async () => {
    for (const path of ['/', '/apps/shop', '/teams/home/members']) {
      const answer = await get(path);
      expect([answer.status, answer.text]).toEqual([200, '<title>pages</title>']);
      expect(answer.get('Cache-Control')).toBe('no-cache');
    }
  });

  it('has assets that are kept for ever', async () => {
    const answer = await get('/assets/index-abc123.js');
    expect(answer.status).toBe(200);
    expect(answer.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
    expect((await get('/favicon.svg')).get('Cache-Control')).toBe('public, max-age=3600');
  });

  it('sends the compressed twin of a file to whoever takes it, under the name and type of the file', async () => {
    const plain = 'compressed()'.repeat(200);
    await writeFile(join(directory, 'assets/long-abc123.js'), plain);
    await writeFile(join(directory, 'assets/long-abc123.js.gz'), gzipSync(plain));
    for (const [accepted, coding] of [
      ['gzip, deflate, br', 'gzip'],
      ['identity', undefined],
      ['gzip;q=0', undefined],
    ] as const) {
      const answer = await get('/assets/long-abc123.js').set('Accept-Encoding', accepted);
      expect([answer.status, answer.text], accepted).toEqual([200, plain]);
      expect(answer.get('Content-Encoding'), accepted).toBe(coding);
      expect(answer.get('Content-Type')).toBe('text/javascript; charset=utf-8');
      expect(answer.get('Cache-Control')).toBe('public, max-age=31536000, immutable');
      expect(answer.get('Vary')).toContain('Accept-Encoding');
    }
    const missing = await get('/assets/old-1.js').set('Accept-Encoding', 'gzip');
    expect([missing.status, missing.get('Content-Encoding')]).toEqual([418, undefined]);
  });

  it('leaves missing files, writes, and what is not a page to others', async () => {
    for (const path of [
      '/assets/old-1.js',
      '/robots.txt',
      '/v1/apps',
      '/git/a.git/info/refs',
      '/docs',
      '/healthz',
    ])
      expect((await get(path)).status, path).toBe(418);
    expect((await request(server).post('/apps')).status).toBe(418);
  });

  it('gives nothing from outside of its folder', async () => {
    for (const path of ['/..%2f..%2fetc%2fpasswd', '/assets/..%2f..%2fpackage.json', '/%2e%2e/x'])
      expect((await get(path)).text ?? '').not.toMatch(/root:|"name"/);
  });

  it('says what to do when it is not built', async () => {
    const app = express();
    app.use(dashboardFiles(join(directory, 'nowhere')));
    const answer = await request(app).get('/');
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('npm run build');
  });
});
