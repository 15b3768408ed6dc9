import type { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { z } from 'zod';
import { BerthError } from '#libs/core/errors.js';
import { ProgressReader, type BuildProgress, type BuildStep } from './build-progress.js';
import { engineMessages } from './engine-stream.js';
import { ownerHost } from './step-mover.js';

export interface BuildImageInput {
  docker: Docker;
  context: Readable;
  /** Path of the Dockerfile in the context. */
  dockerfile: string;
  /** Full reference that the built image gets, with registry and tag. */
  tag: string;
  labels: Record<string, string>;
  /** Stage to stop at; the last one when left out. */
  target?: string | undefined;
  /** Whose build it is (an app's id): its steps carry it, and the cache of commands is kept apart by it. */
  owner?: string | undefined;
  /** Reference of an image that was built here and whose steps need not be repeated. Its registry is asked, which costs time. */
  cacheFrom?: string | undefined;
  /**
   * The image carries what its layers were made from, for `cacheFrom` of another Engine. It holds times too: equal files then no
   * longer give an equal image.
   */
  inlineCache?: boolean;
  /** Values for ARG. */
  buildArgs?: Record<string, string> | undefined;
  onProgress: (progress: BuildProgress) => void;
  /** Aborting it ends the real build: the Engine kills what runs. */
  signal: AbortSignal;
  /** The Engine is stuck when it has not begun any step after so long, in ms. */
  silenceMs?: number;
}

/** BuildKit tells of its first step within milliseconds, however large the context. */
const SILENCE_MS = 20_000;

export interface BuiltImage {
  imageId: string;
  steps: BuildStep[];
}

/** Messages of the Engine that matter; it sends others, such as those of the tag. */
const message = z.object({
  id: z.string().optional(),
  aux: z.union([z.string(), z.object({ ID: z.string().optional() }).loose()]).optional(),
  error: z.string().optional(),
});

/**
 * Builds an image with the Engine's BuildKit. Throws BuildFailed, which names the step, when the app's own files are at
 * fault; BerthError `engine_unreachable`, `engine_refused` or `engine_stuck` when the Engine is; the signal's reason when aborted.
 */
export async function buildImage(input: BuildImageInput): Promise<BuiltImage> {
  const reader = new ProgressReader();
  let imageId: string | null = null;
  let failure: string | null = null;
  const buildArgs = input.inlineCache ? { ...input.buildArgs, BUILDKIT_INLINE_CACHE: '1' } : input.buildArgs;
  const request = {
    // Version 2 is BuildKit. Without a session: neither credentials nor secrets leave this process.
    path: `/build?${query({
      version: '2',
      dockerfile: input.dockerfile,
      t: input.tag,
      labels: JSON.stringify(input.labels),
      ...(input.target !== undefined && { target: input.target }),
      ...(input.owner !== undefined && { extrahosts: ownerHost(input.owner) }),
      ...(input.cacheFrom !== undefined && { cachefrom: JSON.stringify([input.cacheFrom]) }),
      ...(buildArgs !== undefined && { buildargs: JSON.stringify(buildArgs) }),
    })}`,
    method: 'POST',
    file: input.context,
    statusCodes: { 200: true as const, 400: 'bad parameter', 500: 'server error' },
  };
  const silence = new AbortController();
  const alarm = setTimeout(() => silence.abort(stuck()), input.silenceMs ?? SILENCE_MS);
  try {
    const signal = AbortSignal.any([input.signal, silence.signal]);
    for await (const raw of engineMessages(input.docker, request, signal)) {
      const { id, aux, error } = message.parse(raw);
      if (error !== undefined) failure = error;
      if (id === 'moby.buildkit.trace' && typeof aux === 'string') {
        const progress = reader.read(aux);
        if (progress.length > 0) clearTimeout(alarm);
        progress.forEach(input.onProgress);
      }
      if (id === 'moby.image.id' && typeof aux === 'object') imageId = aux.ID ?? null;
    }
  } finally {
    clearTimeout(alarm);
  }
  if (failure !== null) throw new BuildFailed(failure, failedStep(reader.all()));
  if (imageId === null) {
    throw new BerthError(
      'engine_failed',
      'The Docker Engine ended the build without an image. Try the deployment again.',
    );
  }
  return { imageId, steps: reader.all() };
}

function stuck(): BerthError {
  return new BerthError(
    'engine_stuck',
    'The Docker Engine took the build and began no step of it: its builder is stuck. Restarting the Docker Engine helps.',
  );
}

/** A build that the Engine ran and that failed. */
export class BuildFailed extends Error {
  constructor(
    /** BuildKit's own words. */
    readonly reason: string,
    readonly step: BuildStep | null,
  ) {
    super(reason);
    this.name = 'BuildFailed';
  }

  /** Exit code of the command that failed; null when no command did. */
  get exitCode(): number | null {
    const code = /exit code: (\d+)/.exec(this.step?.error ?? this.reason)?.[1];
    return code === undefined ? null : Number(code);
  }
}

/** Steps that run beside the failing one end as cancelled; the cause is the one with an error of its own. */
function failedStep(steps: BuildStep[]): BuildStep | null {
  const failed = steps.filter(({ error }) => error !== null);
  return failed.find(({ error }) => !/context canceled/.test(error ?? '')) ?? failed[0] ?? null;
}

function query(values: Record<string, string>): string {
  return new URLSearchParams(values).toString();
}
