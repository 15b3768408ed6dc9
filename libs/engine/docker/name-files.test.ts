import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hasMusl, resolvConf } from './name-files.js';
import { interfaceName, macOf } from './own-network.js';

const dns = ['10.64.0.1', '192.0.2.53'];
const servers = (text: string) => text.match(/(?<=^nameserver ).+$/gm);

it('asks the team’s gateway first, and it alone where all would be asked at once', () => {
  expect(servers(resolvConf({ dns, asksAllAtOnce: false }))).toEqual(dns);
  expect(servers(resolvConf({ dns, asksAllAtOnce: true }))).toEqual(['10.64.0.1']);
});

it('finds musl in any of an image’s layers', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'layers-'));
  const layers = ['upper', 'lower', 'none'].map((name) => join(folder, name));
  try {
    for (const layer of layers.slice(0, 2)) await mkdir(join(layer, 'lib'), { recursive: true });
    expect(await hasMusl(layers)).toBe(false);
    await writeFile(join(folder, 'lower/lib/ld-musl-x86_64.so.1'), '');
    expect(await hasMusl(layers)).toBe(true);
  } finally {
    await rm(folder, { recursive: true });
  }
});

it('names an interface by its address, within the kernel’s 15 characters', () => {
  expect([interfaceName('10.64.0.5'), interfaceName('255.255.255.255')]).toEqual([
    'bv0a400005',
    'bvffffffff',
  ]);
  expect(macOf('10.64.0.5')).toBe('02:42:0a:40:00:05');
});
