import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import Docker from 'dockerode';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildImage } from './build-image.js';

/** Stands in for a daemon whose builder is locked up: it takes the request and says nothing. */
const silent = createServer((socket) => void socket.resume().on('error', () => undefined));
beforeAll(async () => {
  silent.listen(0, '127.0.0.1');
  await once(silent, 'listening');
});
afterAll(() => void silent.close());

const input = () => ({
  docker: new Docker({ host: '127.0.0.1', port: (silent.address() as AddressInfo).port }),
  context: Readable.from([]),
  dockerfile: 'Dockerfile',
  tag: 'x:y',
  labels: {},
  onProgress: () => undefined,
});

describe('an Engine that takes a build and begins nothing', () => {
  it('is called stuck after a while, so that somebody does something about it', async () => {
    const building = buildImage({ ...input(), signal: new AbortController().signal, silenceMs: 50 });
    await expect(building).rejects.toMatchObject({ code: 'engine_stuck' });
  });

  it('does not keep a build from being cancelled', async () => {
    const cancel = new AbortController();
    const building = buildImage({ ...input(), signal: cancel.signal });
    cancel.abort(new Error('superseded'));
    await expect(building).rejects.toThrow('superseded');
  });
});
