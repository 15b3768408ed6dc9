/** What an app's web instances had to do together between two readings. null: it could not be read. */
export interface LoadSample {
  /** End of the time that it covers (ms), and its length. */
  at: number;
  seconds: number;
  /** Requests in flight or waiting, on average. */
  concurrency: number | null;
  requestsPerSecond: number | null;
  /** Processor time used: cores, on average. */
  cores: number | null;
}

export type LoadMetric = 'concurrency' | 'requestsPerSecond' | 'cores';

/**
 * The average of one metric over the last `windowMs`, each sample weighed by how much of the window it covers; null when
 * nothing is known of it. Time that no sample covers counts as unknown, not as idle.
 */
export function averageLoad(
  samples: readonly LoadSample[],
  metric: LoadMetric,
  windowMs: number,
  now: number,
): number | null {
  let sum = 0;
  let seconds = 0;
  for (const sample of samples) {
    const value = sample[metric];
    const covered = overlapSeconds(sample, now - windowMs, now);
    if (value === null || covered <= 0) continue;
    sum += value * covered;
    seconds += covered;
  }
  return seconds === 0 ? null : sum / seconds;
}

/**
 * Adds requests that ended at `now` and took `seconds` each (which is heard of only at their end) to the samples of the
 * time in which they ran: else the end of a connection of an hour would look like 1,800 requests at once in 2 s.
 */
export function addLongRequests(
  samples: readonly LoadSample[],
  requests: { count: number; seconds: number },
  now: number,
): LoadSample[] {
  if (requests.count <= 0) return [...samples];
  const began = now - requests.seconds * 1_000;
  return samples.map((sample) => {
    const share = sample.seconds === 0 ? 0 : overlapSeconds(sample, began, now) / sample.seconds;
    return { ...sample, concurrency: (sample.concurrency ?? 0) + requests.count * Math.max(0, share) };
  });
}

/** Drops what is older than the window. */
export function recentLoad(samples: readonly LoadSample[], windowMs: number, now: number): LoadSample[] {
  return samples.filter((sample) => sample.at > now - windowMs && sample.at <= now);
}

function overlapSeconds(sample: LoadSample, from: number, to: number): number {
  const begin = Math.max(sample.at - sample.seconds * 1_000, from);
  return (Math.min(sample.at, to) - begin) / 1_000;
}
