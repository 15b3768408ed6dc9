import { setTimeout as delay } from 'node:timers/promises';
import { rm } from 'node:fs/promises';
import { Engine } from '../lib/engine.mjs';
import { removeTable, tablesOf } from '../lib/firewall.mjs';
import { thaw } from '../lib/freezer.mjs';
import { releasePool } from '../lib/links.mjs';
import { isAlive, stopProcess, identify } from '../lib/processes.mjs';
import { isOwn, parts } from '../parts/part.mjs';
import { services } from '../parts/services.mjs';
import { RunRecords, askSupervisor, supervisorSocket } from '../records.mjs';

const stopsAtOnce = 8;

/**
 * Stops everything of one copy, whether its supervisor lives or not: services, then apps, then parts; then the
 * firewall tables, bridges and routes. Data stays. Safe to repeat.
 * @param {import('../state.mjs').Copy} copy
 * @param {ReturnType<import('../ui.mjs').createUi>} ui
 * @param {(engine: Engine) => Promise<void>} [endApps] what becomes of the apps' containers once nobody of ours can start new ones
 */
export async function shutdown(copy, ui, endApps = (engine) => stopContainers(engine, copy, ui)) {
  await dismissSupervisor(copy);
  const records = await RunRecords.open(copy);
  const alive = (part) => isAlive(records.entry(part.name).identity);
  // A full disk keeps nobody from stopping: the records go in the end anyway.
  const note = (part, change) =>
    records.put(part.name, change).catch((error) => {
      if (error.code !== 'ENOSPC') throw error;
    });
  const stopPart = async (part) => {
    await stopProcess(records.entry(part.name).identity, part.stop);
    await note(part, { wanted: false, identity: null });
  };

  if (services.some(alive)) {
    await ui.step('Stopping services', async () => {
      await Promise.all(services.map(stopPart));
    });
  }
  const address = copy.state.parts.docker?.address;
  const engine = address ? new Engine(address) : null;
  if (engine && (await engine.answers())) await endApps(engine);
  for (const part of [...parts].reverse()) {
    if (!isOwn(copy, part)) continue;
    const unrecorded = alive(part) ? null : await part.pid?.(copy);
    if (unrecorded) await note(part, { identity: identify(unrecorded) });
    if (alive(part)) await ui.step(`Stopping ${part.title}`, () => stopPart(part));
    if (copy.state.parts[part.name]) await part.after?.(copy);
  }
  for (const table of await tablesOf(copy.id)) await removeTable(table);
  if (copy.state.pool) await releasePool(copy.state.pool);
  await rm(records.path, { force: true });
}

/** The supervisor lets go of what it runs and ends: from here on nobody starts anything again. */
async function dismissSupervisor(copy) {
  const status = await askSupervisor(copy, 'GET', '/status');
  if (!status) return;
  const identity = identify(status.pid);
  await askSupervisor(copy, 'POST', '/detach').catch(() => null);
  for (let i = 0; i < 100 && isAlive(identity); i++) await delay(20);
  await stopProcess(identity, { graceMs: 1000 });
  await rm(supervisorSocket(copy), { force: true });
}

/** Stops the containers that carry this copy's label, a few at once, each with the grace that it was created with. */
async function stopContainers(engine, copy, ui) {
  const running = await listContainers(engine, copy.id, ['running', 'paused', 'restarting']);
  if (running.length === 0) return;
  await ui.step(
    `Stopping ${running.length === 1 ? 'one app container' : `${running.length} app containers`}`,
    async () => {
      const queue = [...running];
      const worker = async () => {
        for (let next = queue.pop(); next; next = queue.pop()) await stopContainer(engine, next);
      };
      await Promise.all(Array.from({ length: stopsAtOnce }, worker));
    },
  );
}

async function stopContainer(engine, container) {
  await thaw(engine, container.Id);
  await engine.call('POST', `/containers/${container.Id}/stop`, { timeoutMs: 120_000 }).catch((error) => {
    if (error.status !== 404) throw error;
  });
}

/** Containers that carry the label of this copy. */
export function listContainers(engine, id, status = []) {
  const filters = { label: [`berth.id=${id}`], ...(status.length > 0 ? { status } : {}) };
  return engine.call('GET', `/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify(filters))}`);
}
