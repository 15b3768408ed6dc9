import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { commands } from '../commands/commands.js';
import { run } from './run.js';

afterEach(() => vi.restoreAllMocks());

it('what a platform of another version says, and this command does not understand, is told as that', async () => {
  const old = { '/v1/meta': { version: '0.0.1' }, '/v1/apps': { items: [{ name: 'old' }], next: null } };
  const server = createServer((request, response) => {
    const [path = ''] = (request.url ?? '').split('?');
    response.setHeader('content-type', 'application/json').end(JSON.stringify(old[path as keyof typeof old]));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  let said = '';
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => ((said += String(text)), true));
  const env = { HOME: '/nonexistent', BERTH_URL: url, BERTH_TOKEN: 'berth_ab_cdefghijk' };
  expect(await run(['apps'], commands, env)).toBe(1);
  expect(said).toContain('does not understand what a platform of version 0.0.1 says');
  server.close();
});
