/**
 * Starts the parts and services of one copy, and starts again what dies. It holds no state that matters: what runs is
 * written in `runs.json`, so that a new supervisor adopts it, and `berth stop` can do without one.
 * Talks JSON over a unix socket: GET /status, POST /start, POST /restart, POST /detach.
 */
import { createServer } from 'node:http';
import { rm } from 'node:fs/promises';
import { findCopy } from './state.mjs';
import { capLogs } from './lib/logs.mjs';
import { messageOf } from './lib/problem.mjs';
import { Runner } from './runner.mjs';
import { RunRecords, supervisorSocket } from './records.mjs';
import { everything } from './parts/part.mjs';
import { assertBuildRules } from './parts/docker.mjs';

const logCheckMs = 10_000;
const rulesCheckMs = 60_000;

const since = new Date().toISOString();
const copy = await findCopy();
if (!copy) throw new Error('There is no Berth in this state directory.');
const records = await RunRecords.open(copy);
/** @type {Map<string, Runner>} */
const runners = new Map(everything.map((part) => [part.name, new Runner(part, records, log)]));

const server = createServer((req, res) => {
  answer(req).then(
    (body) => res.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body)),
    (error) =>
      res
        .writeHead(500, { 'content-type': 'application/json' })
        .end(JSON.stringify({ error: messageOf(error) })),
  );
});
await listen();
await adopt();
setInterval(() => capLogs(copy.logs).catch((error) => log(messageOf(error))), logCheckMs).unref();
setInterval(() => reassertRules().catch((error) => log(messageOf(error))), rulesCheckMs).unref();
process.on('SIGTERM', () => process.exit(0));
process.on('SIGINT', () => {});
process.on('SIGHUP', () => {});

/** One request's answer. */
async function answer(req) {
  const url = new URL(req.url, 'http://supervisor');
  const names = url.searchParams.get('names')?.split(',') ?? [];
  switch (`${req.method} ${url.pathname}`) {
    case 'GET /status':
      return {
        pid: process.pid,
        version: process.version.slice(1),
        since,
        fingerprint: records.fingerprint,
        parts: Object.fromEntries([...runners].map(([name, runner]) => [name, runner.status()])),
      };
    case 'POST /start':
      await records.note({ fingerprint: url.searchParams.get('fingerprint') });
      for (const name of names) runnerOf(name).want(await freshCopy());
      return {};
    case 'POST /restart':
      await records.note({ fingerprint: url.searchParams.get('fingerprint') });
      for (const name of names) await runnerOf(name).restart(await freshCopy());
      return {};
    case 'POST /detach':
      for (const runner of runners.values()) runner.release();
      setImmediate(() => process.exit(0));
      return {};
    default:
      throw new Error(`Unknown request ${req.method} ${url.pathname}.`);
  }
}

/** Ports and settings may have changed since we started: the start command writes, we read, and not what our environment said then. */
async function freshCopy() {
  return (await findCopy({ BERTH_HOME: copy.home })) ?? copy;
}

function runnerOf(name) {
  const runner = runners.get(name);
  if (!runner) throw new Error(`There is no part ${name}.`);
  return runner;
}

/** Takes over what the records of an earlier supervisor say is wanted: alive or to be started again. */
async function adopt() {
  for (const name of records.wanted()) {
    const runner = runners.get(name);
    // Nobody keeps the sockets any more of one that the supervisor before started: where another can take over without a gap it does, and hands its own on.
    if (runner?.part.keepsSockets && runner.part.overlap) await runner.restart(copy);
    else runner?.want(copy);
  }
}

async function reassertRules() {
  const now = await freshCopy();
  if (now.state.parts.docker?.source === 'own' && runners.get('docker').status().state === 'ready')
    await assertBuildRules(now);
}

async function listen() {
  const path = supervisorSocket(copy);
  await rm(path, { force: true });
  await new Promise((resolve, reject) => server.once('error', reject).listen(path, resolve));
}

function log(text) {
  process.stdout.write(`${new Date().toISOString()} ${text}\n`);
}
