import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { randomBytes } from 'node:crypto';
import { Queue, Worker } from 'bullmq';
import { freshDatabase, type TestDatabase } from '../../test/support/database.js';
import { waitFor } from '#libs/core/wait.js';
import { transaction } from '#libs/store/db.js';
import { NoticeListener } from '#libs/store/listener.js';
import { enqueue } from '#libs/store/outbox.js';
import { redisConnection } from './redis.js';
import { OutboxRelay } from './relay.js';

let t: TestDatabase;
let listener: NoticeListener;
const prefix = `test-${randomBytes(4).toString('hex')}`;
const connection = () => redisConnection(process.env.REDIS_URL ?? '');
const queues = {} as { build: Queue; look: Queue };

beforeAll(async () => {
  t = await freshDatabase();
  listener = new NoticeListener(t.url);
  await listener.open();
  for (const name of ['build', 'look'] as const)
    queues[name] = new Queue(name, { connection: connection(), prefix });
});
afterAll(async () => {
  await listener.close();
  for (const queue of Object.values(queues)) {
    await queue.obliterate({ force: true });
    await queue.close();
  }
  await t.drop();
});

describe('outbox relay', () => {
  it('carries every committed job to its queue once, however many relays run, and none that was rolled back', async () => {
    const seen: string[] = [];
    const worker = new Worker('look', async (job) => void seen.push((job.data as { appId: string }).appId), {
      connection: connection(),
      prefix,
    });
    const relays = [1, 2, 3].map(() => new OutboxRelay(t.db, listener, queues));
    relays.forEach((relay) => relay.start());
    const ids = Array.from({ length: 40 }, (_, i) => `app-${i}`);
    await Promise.all(ids.map((appId) => transaction(t.db, (tx) => enqueue(tx, 'look', { appId }))));
    await transaction(t.db, async (tx) => {
      await enqueue(tx, 'look', { appId: 'rolled-back' });
      throw new Error('roll back');
    }).catch(() => undefined);
    await waitFor('all jobs', () => seen.length >= ids.length, { timeoutMs: 10_000 });
    await waitFor('an empty outbox', async () => (await t.db.outbox.count()) === 0, { timeoutMs: 10_000 });
    expect(new Set(seen)).toEqual(new Set(ids));
    await Promise.all(relays.map((relay) => relay.stop()));
    await worker.close();
  });

  it('keeps the rows while the queue cannot be reached, and carries them later', async () => {
    const broken = { addBulk: () => Promise.reject(new Error('no Redis')) };
    const relay = new OutboxRelay(t.db, listener, { build: broken, look: broken });
    relay.start();
    await transaction(t.db, (tx) => enqueue(tx, 'build', { deploymentId: 'd1' }));
    await relay.stop();
    expect(await t.db.outbox.count()).toBe(1);
    const healthy = new OutboxRelay(t.db, listener, queues);
    healthy.start();
    await waitFor('the job', async () => (await queues.build.getJobCountByTypes('waiting')) === 1, {
      timeoutMs: 10_000,
    });
    await healthy.stop();
    expect(await t.db.outbox.count()).toBe(0);
  });
});

describe('notices', () => {
  it('ask for a resync after the connection was cut', async () => {
    let resyncs = 0;
    listener.on('resync', () => resyncs++);
    await t.db
      .$queryRaw`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'LISTEN%' AND datname = current_database()`;
    await waitFor('a resync', () => resyncs === 1, { timeoutMs: 10_000 });
    const notices: string[] = [];
    listener.on('notice', (notice) => notices.push(notice.t));
    await transaction(t.db, (tx) => enqueue(tx, 'build', { deploymentId: 'd2' }));
    await waitFor('a notice', () => notices.includes('outbox'), { timeoutMs: 10_000 });
  });
});
