import { version } from '#libs/config/version.js';
import type { RuntimeHost, RuntimeStats } from '#libs/contracts/runtime-api.js';
import { label } from '#libs/engine/port.js';
import type { Runtime } from '../runtime.js';

/** How this host and its runtime are. An engine that is away is part of the answer. */
export async function hostFacts(runtime: Runtime): Promise<RuntimeHost> {
  const context = runtime.context;
  const engine = await runtime.engine.info().catch(() => null);
  return {
    version,
    pid: process.pid,
    epoch: context?.fence.epoch ?? null,
    engineConnected: context?.watch.connected ?? false,
    firewall: runtime.firewall.problem,
    tasks: context?.tasks.size ?? 0,
    warm: context?.warm.size ?? 0,
    lastLook: runtime.lastLook,
    engine: engine && { ...engine },
  };
}

/** A fresh sample of each running instance of an app. */
export async function statsOf(runtime: Runtime, appId: string): Promise<RuntimeStats> {
  const all = await runtime.engine.list();
  const views = all.filter(
    ({ labels }) =>
      labels[label.app] === appId || runtime.context?.warm.ownerOf(labels[label.instance] ?? '') === appId,
  );
  const samples = await Promise.all(
    views.map(async (view) => ({ view, stats: await runtime.engine.stats(view.id) })),
  );
  return {
    instances: samples.flatMap(({ view, stats }) => {
      if (stats === null) return [];
      const { memoryBytes, memoryLimitBytes, pids, cpuNanos } = stats;
      return [{ instance: view.labels[label.instance] ?? '', memoryBytes, memoryLimitBytes, pids, cpuNanos }];
    }),
  };
}
