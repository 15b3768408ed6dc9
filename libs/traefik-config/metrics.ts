import { edgeBuckets } from '#libs/contracts/edge.js';
import { appIdOfService, releaseOfService } from './names.js';

/** Counters of an app's direct route since Traefik started, or since the route was published again. */
export interface RouteCounters {
  requests: number;
  /** Answers with 5xx. */
  errors: number;
  /** Cumulative; bounds are `edgeBuckets`, the last is +Inf. */
  buckets: number[];
  /** Durations of all of them, added up. */
  seconds: number;
  /** By release, as far as the app's visitors were split; they are in the sums too. */
  releases?: Map<number, RouteCounters>;
}

/** Counters by app id, from Traefik's Prometheus page. Needs `addServicesLabels`, and `edgeBuckets` as its buckets. */
export async function readRouteCounters(
  api: string,
  signal?: AbortSignal,
): Promise<Map<string, RouteCounters>> {
  const response = await fetch(`${api}/metrics`, { signal: signal ?? AbortSignal.timeout(5_000) });
  if (!response.ok) throw new Error(`Traefik's metrics page answered ${response.status}.`);
  return parseRouteCounters(await response.text());
}

/** Reads the Prometheus text format; lines of other metrics and of other services are passed over. */
export function parseRouteCounters(text: string): Map<string, RouteCounters> {
  const byApp = new Map<string, RouteCounters>();
  for (const line of text.split('\n')) {
    const sample = parseSample(line);
    if (sample === null) continue;
    const service = sample.labels['service'] ?? '';
    const part = releaseOfService(service);
    const appId = part?.appId ?? appIdOfService(service);
    if (appId === null) continue;
    const counters = byApp.get(appId) ?? emptyCounters();
    byApp.set(appId, counters);
    count(counters, sample);
    if (part === null) continue;
    counters.releases ??= new Map();
    const ofRelease = counters.releases.get(part.release) ?? emptyCounters();
    counters.releases.set(part.release, ofRelease);
    count(ofRelease, sample);
  }
  return byApp;
}

function count(counters: RouteCounters, sample: Sample): void {
  if (sample.name === 'traefik_service_requests_total') {
    counters.requests += sample.value;
    if (sample.labels['code']?.startsWith('5')) counters.errors += sample.value;
  } else if (sample.name === 'traefik_service_request_duration_seconds_sum') {
    counters.seconds += sample.value;
  } else if (sample.name === 'traefik_service_request_duration_seconds_bucket') {
    const index = bucketIndex(sample.labels['le'] ?? '');
    if (index !== -1) counters.buckets[index] = (counters.buckets[index] ?? 0) + sample.value;
  }
}

function emptyCounters(): RouteCounters {
  const buckets = new Array<number>(edgeBuckets.length + 1).fill(0);
  return { requests: 0, errors: 0, buckets, seconds: 0 };
}

function bucketIndex(bound: string): number {
  return bound === '+Inf' ? edgeBuckets.length : edgeBuckets.findIndex((each) => each === Number(bound));
}

interface Sample {
  name: string;
  labels: Record<string, string>;
  value: number;
}

function parseSample(line: string): Sample | null {
  const match = /^(traefik_service_[a-z_]+)\{(.*)\} (\S+)$/.exec(line);
  if (match === null) return null;
  const labels: Record<string, string> = {};
  for (const [, key, value] of (match[2] ?? '').matchAll(/([a-z_]+)="((?:[^"\\]|\\.)*)"/g)) {
    labels[key ?? ''] = value ?? '';
  }
  return { name: match[1] ?? '', labels, value: Number(match[3]) };
}
