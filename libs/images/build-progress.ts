import { decodeTrace, type TraceVertex } from './buildkit-trace.js';
import { LineSplitter } from './line-splitter.js';

/** What a build says while it goes on. */
export type BuildProgress =
  | { kind: 'step-started'; step: BuildStep }
  | { kind: 'step-ended'; step: BuildStep }
  | { kind: 'line'; step: BuildStep; stream: 'stdout' | 'stderr'; text: string }
  | { kind: 'warning'; text: string };

export interface BuildStep {
  digest: string;
  /** BuildKit's own name: "[dependencies 4/4] RUN npm ci". */
  name: string;
  cached: boolean;
  startedAt: Date | null;
  endedAt: Date | null;
  /** null unless the step failed. */
  error: string | null;
}

/**
 * Makes typed progress of BuildKit's trace. The trace repeats itself; here each step starts and ends once, and its output
 * comes line by line.
 */
export class ProgressReader {
  private readonly steps = new Map<string, BuildStep>();
  private readonly started = new Set<string>();
  private readonly ended = new Set<string>();
  private readonly splitters = new Map<string, { splitter: LineSplitter; stream: 'stdout' | 'stderr' }>();

  /** All steps seen so far, in the order in which they were first named. */
  all(): BuildStep[] {
    return [...this.steps.values()];
  }

  /** Progress in one message of the Engine; empty for messages of other kinds. */
  read(base64: string): BuildProgress[] {
    const trace = decodeTrace(base64);
    const progress: BuildProgress[] = [];
    for (const vertex of trace.vertexes) progress.push(...this.begin(vertex));
    for (const log of trace.logs) progress.push(...this.log(log.vertex, log.stream, log.bytes));
    for (const vertex of trace.vertexes) progress.push(...this.end(vertex));
    progress.push(...trace.warnings.map((text) => ({ kind: 'warning' as const, text })));
    return progress;
  }

  private begin(vertex: TraceVertex): BuildProgress[] {
    const step = this.steps.get(vertex.digest) ?? {
      digest: vertex.digest,
      name: vertex.name,
      cached: false,
      startedAt: null,
      endedAt: null,
      error: null,
    };
    step.cached ||= vertex.cached;
    step.startedAt = vertex.startedAt ?? step.startedAt;
    this.steps.set(vertex.digest, step);
    if (step.startedAt === null || this.started.has(vertex.digest)) return [];
    this.started.add(vertex.digest);
    return [{ kind: 'step-started', step }];
  }

  private log(digest: string, stream: number, bytes: Uint8Array): BuildProgress[] {
    const step = this.steps.get(digest);
    if (step === undefined) return [];
    const key = `${digest} ${stream}`;
    const known = this.splitters.get(key) ?? {
      splitter: new LineSplitter(),
      stream: stream === 2 ? ('stderr' as const) : ('stdout' as const),
    };
    this.splitters.set(key, known);
    return known.splitter.push(bytes).map((text) => ({ kind: 'line', step, stream: known.stream, text }));
  }

  private end(vertex: TraceVertex): BuildProgress[] {
    const step = this.steps.get(vertex.digest);
    if (step === undefined || vertex.completedAt === null || this.ended.has(vertex.digest)) return [];
    this.ended.add(vertex.digest);
    step.endedAt = vertex.completedAt;
    step.error = vertex.error === '' ? null : vertex.error;
    const rest = [...this.splitters.entries()]
      .filter(([key]) => key.startsWith(`${vertex.digest} `))
      .flatMap(([, { splitter, stream }]) =>
        splitter.end().map((text) => ({ kind: 'line' as const, step, stream, text })),
      );
    return [...rest, { kind: 'step-ended', step }];
  }
}
