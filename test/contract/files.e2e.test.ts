import { randomBytes } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { visitJson } from '../support/berth.js';
import { bring, contractApp, host } from '../support/contract-app.js';

beforeAll(contractApp);

const write = (path: string, text: string) =>
  visitJson<{ written: boolean }>(host, `/write?path=${encodeURIComponent(path)}&text=${text}`);
const read = (path: string) =>
  visitJson<{ text?: string; error?: string }>(host, `/read?path=${encodeURIComponent(path)}`);

describe('what an app writes', () => {
  it.each(['/tmp/note', 'note'])(
    'to %s is there while its container is, frozen or not, and gone with it',
    async (path) => {
      const text = randomBytes(4).toString('hex');
      await bring('running');
      expect(await write(path, text)).toEqual({ written: true });
      await bring('frozen');
      expect(await read(path)).toEqual({ text });
      await bring('stopped');
      expect(await read(path)).toEqual({ error: 'ENOENT' });
    },
  );
});
