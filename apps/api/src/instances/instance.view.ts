import type { InstanceView, MetricPoint } from '#libs/contracts/api/instances.js';
import { throttlingReason } from '#libs/core/throttling.js';
import type { Metric, ShownInstance } from '#libs/store/instance-queries.js';

export function instanceViewOf(row: ShownInstance, latest: Metric | undefined): InstanceView {
  return {
    id: row.id,
    process: row.process,
    status: row.status as InstanceView['status'],
    reason: reasonOf(row, latest),
    release: row.release.number,
    host: row.host.name,
    containerId: row.containerId,
    address: row.address,
    port: row.port,
    restarts: row.restarts,
    exitCode: row.exitCode,
    nextStartAt: row.nextStartAt?.toISOString() ?? null,
    restartAskedAt: row.restartAskedAt?.toISOString() ?? null,
    createdAt: row.createdAt.toISOString(),
    startedAt: row.startedAt?.toISOString() ?? null,
    readyAt: row.readyAt?.toISOString() ?? null,
    stoppedAt: row.stoppedAt?.toISOString() ?? null,
    memoryLimitBytes: row.release.memoryMb * 1024 * 1024,
    latest: latest ? metricPointOf(latest) : null,
  };
}

/** Why it does not run, or not as well as it could. */
function reasonOf({ reason, release }: ShownInstance, latest: Metric | undefined): string | null {
  const slow = latest === undefined ? null : throttlingReason(latest.throttled, release.cpus);
  return [reason, slow].filter((one) => one !== null).join(' ') || null;
}

export function metricPointOf(row: Metric): MetricPoint {
  const { cpu, pids, throttled, requests, errors, p50Ms, p95Ms, p99Ms } = row;
  return {
    at: row.at.toISOString(),
    memoryBytes: Number(row.memoryBytes),
    ...{ cpu, pids, throttled, requests, errors, p50Ms, p95Ms, p99Ms },
  };
}
