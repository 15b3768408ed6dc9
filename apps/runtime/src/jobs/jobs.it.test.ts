import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { createServer, type IncomingMessage } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { waitFor } from '#libs/core/wait.js';
import type { CronEntry, JobTask } from '#libs/contracts/job.js';
import { adoptSchedules, fireDue, listCron } from '#libs/store/cron.js';
import { transaction } from '#libs/store/db.js';
import { acceptJob, cancelJob, type Job } from '#libs/store/jobs.js';
import { createRelease } from '#libs/store/releases.js';
import { tester } from '../../../../test/support/database.js';
import { TestHost, testImage } from '../it-support.js';
import { askApp } from './request-attempt.js';

const soon = { timeoutMs: 60_000 };
vi.setConfig({ testTimeout: 60_000 });
let host: TestHost;
beforeAll(async () => {
  host = await TestHost.open();
});
afterAll(() => host.close());

/** An app whose live release has this schedule; nothing of it runs. */
async function app(cron: CronEntry[] = []): Promise<{ id: string; teamId: string }> {
  const { appId } = await host.app();
  const content = {
    ...{ image: testImage, buildId: null, processes: {}, port: 8080, healthPath: null },
    manifest: { env: {}, sleep: {}, scale: {}, cron },
  };
  const release = await transaction(host.db, (tx) =>
    createRelease(tx, host.database.sealer, { appId, content, description: 'test', actor: tester }),
  );
  return host.db.app.update({ where: { id: appId }, data: { liveReleaseId: release.id } });
}

async function ask(
  of: { id: string; teamId: string },
  script: string,
  more: { timeoutSeconds?: number; retries?: number } = {},
): Promise<Job> {
  const task: JobTask = { command: ['bash', '-c', script] };
  const job = await acceptJob(host.db, of, {
    ...{ task, cron: null, timeoutSeconds: 60, retries: 0, actor: tester },
    ...more,
  });
  host.runtime.onNotice({ t: 'event', app: of.id, team: of.teamId, kind: 'job.created' });
  return job;
}

const ended = (id: string) =>
  waitFor(
    'the end of the job',
    async () => {
      const row = await host.db.job.findUniqueOrThrow({ where: { id } });
      return row.endedAt !== null && row;
    },
    soon,
  );

const nothingLeft = (appId: string) =>
  waitFor(
    'nothing to be left of the job',
    async () => {
      const left = await host.db.instance.count({ where: { appId, status: { not: 'stopped' } } });
      return left === 0 && (await host.engine.list({ app: appId })).length === 0;
    },
    soon,
  );

const printed = async (appId: string) =>
  (await host.runtime.logs.read(appId, 100)).map(({ process, text }) => `${process}: ${text}`);

describe('a job', () => {
  it('runs its command in the live release, keeps what it printed in the app’s log, and leaves nothing', async () => {
    const of = await app();
    const { id } = await ask(of, 'echo "release $BERTH_RELEASE"; echo oops >&2; exit 3');
    expect(await ended(id)).toMatchObject({ status: 'failed', exitCode: 3, attempt: 1 });
    await nothingLeft(of.id);
    expect((await printed(of.id)).sort()).toEqual([
      `job: Job failed. It ended with exit code 3. More: berth job info ${id.slice(-8)}`,
      'job: oops',
      'job: release 1',
    ]);
    const events = await host.db.event.findMany({ where: { appId: of.id, kind: { startsWith: 'job.' } } });
    expect(events.map(({ kind }) => kind)).toEqual(['job.created', 'job.failed']);
  });

  it('that takes too long, or that somebody cancels, is ended', async () => {
    const of = await app();
    const [slow, unwanted] = await Promise.all([
      ask(of, 'exec sleep 600', { timeoutSeconds: 1 }),
      ask(of, 'exec sleep 600'),
    ]);
    await waitFor(
      'the command to run',
      async () => (await host.db.job.findUniqueOrThrow({ where: { id: unwanted.id } })).status === 'running',
      soon,
    );
    await cancelJob(host.db, of, unwanted.id, tester);
    host.runtime.onNotice({ t: 'event', app: of.id, team: of.teamId, kind: 'job.cancelled' });
    expect(await ended(unwanted.id)).toMatchObject({ status: 'cancelled' });
    expect(await ended(slow.id)).toMatchObject({
      status: 'failed',
      reason: 'It had not ended after its 1 s and was ended.',
    });
    await nothingLeft(of.id);
  });

  it('outlives the runtime: the next one waits for the same container, and notes its end', async () => {
    const of = await app();
    const { id } = await ask(of, 'echo begun; until [ -e /tmp/go ]; do sleep 0.1; done; echo done');
    const running = await waitFor(
      'the command to run',
      async () => (await host.engine.list({ app: of.id })).find(({ state }) => state === 'running'),
      soon,
    );
    await host.runtime.stop();
    await host.boot();
    const process = await host.engine.exec(running.id, {
      ...{
        id: '00000000-0000-4000-8000-000000000001',
        command: ['touch', '/tmp/go'],
        env: {},
        terminal: null,
      },
    });
    process.close();
    expect(await ended(id)).toMatchObject({ status: 'succeeded', attempt: 1, exitCode: 0 });
    expect(await printed(of.id)).toEqual(['job: begun', 'job: done']);
  });
});

describe('a schedule', () => {
  const entry: CronEntry = {
    ...{ name: 'tidy', schedule: '0 3 * * *', timezone: 'Europe/Berlin', overlap: false, missed: 'run' },
    ...{ task: { command: ['bash', '-c', 'echo tidied'] }, timeoutSeconds: 60, retries: 0 },
  };

  it('that fails is counted until it succeeds, and only its first success after that is an event', async () => {
    const of = await app([entry]);
    await adoptSchedules(host.db, host.runtime.context!.fence, new Date());
    const failing = async () => (await listCron(host.db, of.id)).map((one) => one.failing);
    const run = async (script: string): Promise<void> => {
      const task: JobTask = { command: ['bash', '-c', script] };
      const wanted = { task, cron: entry.name, timeoutSeconds: 60, retries: 0, actor: tester };
      const { id } = await acceptJob(host.db, of, wanted);
      host.runtime.lookAtJobs();
      await ended(id);
    };
    await run('exit 1');
    expect(await failing()).toEqual([1]);
    await run('true');
    await run('true');
    expect(await failing()).toEqual([0]);
    const kinds = ['job.failed', 'job.succeeded'];
    const events = await host.db.event.findMany({
      where: { appId: of.id, kind: { in: kinds } },
      orderBy: { id: 'asc' },
    });
    expect(events.map(({ kind }) => kind)).toEqual(['job.failed', 'job.succeeded']);
  });

  it('that is due fires once for its moment, whoever looks and however often', async () => {
    const of = await app([entry]);
    const { fence } = host.runtime.context!;
    await adoptSchedules(host.db, fence, new Date());
    const slot = new Date(Date.now() - 1000);
    await host.db.cronEntry.updateMany({ where: { appId: of.id }, data: { nextAt: slot } });
    await Promise.all([1, 2, 3].map(() => fireDue(host.db, fence, new Date())));
    // Even where the entry itself was set back: the moment has had its job.
    await host.db.cronEntry.updateMany({ where: { appId: of.id }, data: { nextAt: slot } });
    await fireDue(host.db, fence, new Date());
    host.runtime.lookAtJobs();
    // The runtime may have been the one that fired.
    const job = await waitFor(
      'the job of that moment',
      () => host.db.job.findFirst({ where: { appId: of.id, slot } }),
      soon,
    );
    expect(await ended(job.id)).toMatchObject({ status: 'succeeded', cron: 'tidy', slot });
    expect(await host.db.job.count({ where: { appId: of.id } })).toBe(1);
    expect(await printed(of.id)).toEqual(['cron: tidied']);
    const { nextAt } = await host.db.cronEntry.findFirstOrThrow({ where: { appId: of.id } });
    expect(nextAt!.getTime()).toBeGreaterThan(Date.now());
  });

  it('is that of the live release, and keeps its place where it did not change', async () => {
    const of = await app([entry, { ...entry, name: 'gone' }]);
    const { fence } = host.runtime.context!;
    await adoptSchedules(host.db, fence, new Date('2026-01-01T00:00:00Z'));
    const next = await app([{ ...entry, retries: 2 }]);
    const { liveReleaseId } = await host.db.app.findUniqueOrThrow({ where: { id: next.id } });
    await host.db.app.update({ where: { id: of.id }, data: { liveReleaseId } });
    await adoptSchedules(host.db, fence, new Date('2026-01-05T00:00:00Z'));
    const [only, ...more] = await host.db.cronEntry.findMany({ where: { appId: of.id } });
    expect([only!.name, only!.retries, more.length]).toEqual(['tidy', 2, 0]);
  });
});

describe('a request to the app', () => {
  it('goes to the app’s host through the activator, and says who asks', async () => {
    const asked: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      asked.push(request);
      response.writeHead(request.url === '/tick' ? 204 : 500).end();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    try {
      const job = { id: 'j', attempt: 2, cron: 'tick é', slot: new Date('2026-01-01T00:00:00Z') };
      const wanted = {
        port: (server.address() as AddressInfo).port,
        ...({ host: 'a.apps.test', method: 'POST', timeoutMs: 30_000, job, secret: 's3' } as const),
        signal: new AbortController().signal,
      };
      expect(await askApp({ ...wanted, path: '/tick' })).toMatchObject({ succeeded: true, httpStatus: 204 });
      expect(await askApp({ ...wanted, path: '/no' })).toMatchObject({ succeeded: false, httpStatus: 500 });
      expect(asked[0]!.headers).toMatchObject({
        ...{ host: 'a.apps.test', authorization: 'Bearer s3', 'x-berth-cron': 'tick%20%C3%A9' },
        'x-berth-slot': '2026-01-01T00:00:00.000Z',
      });
    } finally {
      server.close();
      server.closeAllConnections();
    }
  });
});
