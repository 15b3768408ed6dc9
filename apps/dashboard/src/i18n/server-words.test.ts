import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { newApp } from '#libs/contracts/api/apps.js';
import { newPassword } from '#libs/contracts/api/session.js';
import { holdBuild, waitingText } from '#libs/core/admission.js';
import { breachText } from '#libs/core/build-watch.js';
import { quotaText } from '#libs/core/quota.js';
import { diagnoseStart } from '#libs/core/start-diagnosis.js';
import { errorCodes } from '#libs/core/error-codes.js';
import { tellerOf } from './server-words.ts';
import { plans } from './zh-CN/plans.ts';
import { serverWords } from './zh-CN/server-words.ts';

const { say, tell } = tellerOf(serverWords);
const root = new URL('../../../../', import.meta.url).pathname;

describe('what the server says, in Chinese', () => {
  it('is said whole where the sentence is known, with what varies in it', () => {
    expect(say('It ended with exit code 3.')).toBe('以退出码 3 结束。');
    expect(say('The release command did not succeed. It ended with exit code 1.')).toBe(
      '发布命令失败。以退出码 1 结束。',
    );
    expect(tell('no_language', 'Berth does not know how to build this: only a.txt.')).toEqual({
      text: serverWords.errors.inShort.no_language,
      original: 'Berth does not know how to build this: only a.txt.',
    });
    expect(tell('app_not_found', 'There is no such app.').original).toBeNull();
    expect(tell('of_tomorrow', 'A newer server.')).toEqual({ text: 'A newer server.', original: null });
  });

  it('is known for each code in one way', () => {
    const { whole, inShort } = serverWords.errors;
    expect([...Object.keys(whole), ...Object.keys(inShort)].sort()).toEqual([...errorCodes].sort());
  });

  it('leaves no English in what Berth makes of numbers', () => {
    const limits = { memoryMb: 64, cpus: 1, pids: 50, diskMb: 100, seconds: 9, minFreeDiskMb: 1 };
    const start = {
      ...{ process: 'web', port: 8080, healthPath: null, memoryMb: 512, waitedMs: 60_000 },
      ...{ startTimeoutSeconds: 60, ended: null, listening: [], wrongSinceMs: 60_000, lastHealth: null },
    };
    const starts = [0, 3, 126, 127, 139].map((exitCode) => ({ ended: { exitCode, oomKilled: false } }));
    const failures = [
      ...(['memory', 'pids', 'disk_budget', 'disk_host'] as const).map((breach) =>
        breachText(breach, limits),
      ),
      ...[
        ...starts,
        { ended: { exitCode: 137, oomKilled: true } },
        { listening: [{ address: '0.0.0.0', port: 3000 }] },
        { listening: [{ address: '127.0.0.1', port: 8080 }] },
        { healthPath: '/up', lastHealth: '503' },
        {},
      ].map((change) => diagnoseStart({ ...start, ...change })!),
    ];
    const wants = {
      concurrency: 2,
      minFreeMemoryMb: 99,
      minFreeDiskMb: 99,
      buildMemoryMb: 9,
      maxLoadPerCpu: 2,
    };
    const well = { availableMb: 999, freeDiskMb: 999, loadPerCpu: 0 };
    const holds = [
      holdBuild(well, 2, wants),
      ...[{ availableMb: 1 }, { freeDiskMb: 1 }, { loadPerCpu: 9 }].map((bad) =>
        holdBuild({ ...well, ...bad }, 1, wants),
      ),
      null,
    ];
    const quotas = (['apps', 'domains', 'instances', 'memoryMb', 'cpus', 'diskMb'] as const).map((key) =>
      quotaText(key, { limit: 1, before: 1, after: 2 }),
    );
    const fields = [
      z.string().min(2).safeParse(''),
      z.string().max(2).safeParse('long'),
      z.number().min(2).safeParse(1),
      z.number().max(2).safeParse(3),
      z.number().safeParse('x'),
      z.email().safeParse('x'),
      newPassword.safeParse('x'),
    ].map(({ error }) => error!.issues[0]!.message);
    const names = ['www', 'A', 'x'.repeat(99)].map(
      (name) => newApp.safeParse({ name }).error!.issues[0]!.message,
    );
    const said = [
      ...failures.flatMap(({ message, hint }) => [message, hint]),
      ...holds.flatMap((hold) => [waitingText(1, 1, hold), waitingText(1, 3, hold), waitingText(2, 3, hold)]),
      ...[...quotas, ...names, ...fields],
    ];
    for (const sentence of said)
      expect(say(sentence), sentence).not.toMatch(/(?:[a-z]{2,} ){2}(?!quota)[a-z]{2,}/);
  });

  it('has no sentence that the server does not say (any more)', async () => {
    const source = await sourceOfServer();
    const ofZod = /^(?:Too (?:big|small)|Invalid)\b/;
    const unknown = Object.keys({ ...serverWords.sentences, ...plans }).filter(
      (sentence) =>
        !ofZod.test(sentence) && !sentence.split(/\{\w+\}/).every((part) => source.includes(part.trim())),
    );
    expect(unknown).toEqual([]);
  });
});

/** All that the server is made of, with strings that span lines put together. */
async function sourceOfServer(): Promise<string> {
  const folders = ['libs', 'apps/api', 'apps/builder', 'apps/runtime'].map((folder) => join(root, folder));
  const files = await Promise.all(
    folders.map(async (folder) =>
      (await readdir(folder, { recursive: true }))
        .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
        .map((file) => join(folder, file)),
    ),
  );
  const parts = await Promise.all(files.flat().map((file) => readFile(file, 'utf8')));
  return parts
    .join('\n')
    .replace(/(['`])\s*\+\s*['`]/g, '')
    .replaceAll('${BERTH_TOML}', 'berth.toml');
}
