import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sleepTiers, type SleepTier } from '#libs/core/sleep.js';
import { api, hostOf, port } from '../support/berth.js';
import { putToSleep } from '../support/contract-app.js';
import { grpcApp } from '../support/grpc-app.js';
import { Repository } from '../support/repository.js';

/** An app that says `protocol = "h2c"`, called by gRPC's own client through Traefik. */
const app = 'contract-grpc';
let client: Client;

beforeAll(async () => {
  const repository = await Repository.create(app, grpcApp);
  const { code, output } = await repository.push();
  await repository.remove();
  if (code !== 0) throw new Error(output);
});
afterAll(async () => {
  await api('delete', `/v1/apps/${app}`);
});

const bytes = (value: Buffer) => value;
const path = (name: string) => [`/contract.Echo/${name}`, bytes, bytes] as const;

async function bring(tier: SleepTier): Promise<void> {
  if (tier === 'running') {
    await api('post', `/v1/apps/${app}/wake`).expect(200);
    return;
  }
  await putToSleep(
    app,
    tier,
    async () => (await api('get', `/v1/apps/${app}/instances`).expect(200)).body.items,
  );
}

interface Unary {
  answer: string;
  trailer: unknown;
  error: ServiceError | null;
}
function unary(name: string, text: string): Promise<Unary> {
  return new Promise((resolve) => {
    let trailer: unknown;
    let failed: ServiceError | null = null;
    let answer = '';
    const call = client.makeUnaryRequest(
      ...path(name),
      Buffer.from(text),
      new Metadata(),
      { deadline: Date.now() + 60_000 },
      (error, value) => {
        failed = error;
        answer = String(value ?? '');
      },
    );
    call.on('status', ({ metadata }) => {
      [trailer] = metadata.get('x-counted');
      // The callback comes in the same turn, before or after.
      setImmediate(() => resolve({ answer, trailer, error: failed }));
    });
  });
}

describe.each(sleepTiers)('a gRPC service that was %s', (tier) => {
  beforeAll(() => {
    client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), {
      'grpc.default_authority': hostOf(app),
    });
  });
  afterAll(() => client.close());

  it('answers a call, with its trailers', async () => {
    await bring(tier);
    expect(await unary('Say', 'hello')).toEqual({ answer: 'hello', trailer: '1', error: null });
  });

  it('answers with an error of its own', async () => {
    await bring(tier);
    const { error } = await unary('Fail', 'x');
    expect([error?.code, error?.details]).toEqual([status.FAILED_PRECONDITION, 'not today']);
  });

  it('talks in both directions at the same time', async () => {
    await bring(tier);
    const call = client.makeBidiStreamRequest(...path('Chat'), new Metadata(), {
      deadline: Date.now() + 60_000,
    });
    const heard = call[Symbol.asyncIterator]();
    const over = new Promise((resolve) => call.on('status', resolve));
    for (const word of ['one', 'two', 'three']) {
      call.write(Buffer.from(word));
      expect(String((await heard.next()).value)).toBe(word);
    }
    call.end();
    expect((await heard.next()).done).toBe(true);
    expect(await over).toMatchObject({ code: status.OK });
  });
});
