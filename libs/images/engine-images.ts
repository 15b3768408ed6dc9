import type Docker from 'dockerode';
import { z } from 'zod';
import { messageOf } from '#libs/core/errors.js';
import { engineError, engineMessages } from './engine-stream.js';

/** An image of the Engine. */
export interface EngineImage {
  id: string;
  /** `repository:tag` and `repository@digest`. */
  names: string[];
  labels: Record<string, string>;
  createdAt: Date;
  bytes: number;
  /** What goes with the image: its layers that no other image has. null where the Engine does not say. */
  ownBytes: number | null;
}

/** What an Engine holds, by its own account. */
export interface EngineUse {
  images: EngineImage[];
  /** All layers, shared ones counted once. null where the Engine does not say. */
  layersBytes: number | null;
  /** null where the Engine cannot count it. */
  buildCache: { bytes: number; records: number } | null;
}

const image = z.object({
  Id: z.string(),
  RepoTags: z.array(z.string()).nullish(),
  RepoDigests: z.array(z.string()).nullish(),
  Labels: z.record(z.string(), z.string()).nullish(),
  Created: z.number(),
  Size: z.number(),
  SharedSize: z.number().optional(),
});
const cacheRecord = z.object({ Size: z.number(), Shared: z.boolean().optional() });
/** The form of API 1.41, and the one that replaced it in 1.52. */
const usage = z.object({
  LayersSize: z.number().optional(),
  Images: z.array(image).nullish(),
  BuildCache: z.array(cacheRecord).nullish(),
  ImageUsage: z.object({ TotalSize: z.number().optional() }).nullish(),
  BuildCacheUsage: z
    .object({ TotalSize: z.number().optional(), TotalCount: z.number().optional() })
    .nullish(),
});

/** Asks the Engine what takes its disk. Takes it up to seconds: it measures. */
export async function engineUse(docker: Docker): Promise<EngineUse> {
  try {
    const [listed, use] = await Promise.all([docker.listImages(), measured(docker)]);
    const shared = new Map((use?.Images ?? []).map(({ Id, SharedSize }) => [Id, SharedSize ?? -1]));
    return {
      images: z
        .array(image)
        .parse(listed)
        .map((each) => imageOf(each, shared.get(each.Id) ?? -1)),
      layersBytes: use?.LayersSize ?? use?.ImageUsage?.TotalSize ?? null,
      buildCache: use && cacheOf(use),
    };
  } catch (error) {
    throw engineError(error);
  }
}

/**
 * null where the Engine can measure nothing: one that was killed during a build may have lost a layer that its build cache names, and from then on
 * ends each such question, and no pruning mends it (20.10).
 */
async function measured(docker: Docker): Promise<z.infer<typeof usage> | null> {
  try {
    return usage.parse(await docker.df());
  } catch (error) {
    if (/build cache usage/.test(messageOf(error))) return null;
    throw error;
  }
}

function cacheOf({
  BuildCache: cache,
  BuildCacheUsage: sum,
}: z.infer<typeof usage>): EngineUse['buildCache'] {
  if (!cache) return { bytes: sum?.TotalSize ?? 0, records: sum?.TotalCount ?? 0 };
  // What an image shares with the cache counts as the image's.
  const bytes = cache.reduce((total, { Size, Shared }) => total + (Shared ? 0 : Size), 0);
  return { bytes, records: cache.length };
}

function imageOf(row: z.infer<typeof image>, sharedBytes: number): EngineImage {
  const named = (name: string) => !name.includes('<none>');
  return {
    id: row.Id,
    names: [...(row.RepoTags ?? []), ...(row.RepoDigests ?? [])].filter(named),
    labels: row.Labels ?? {},
    createdAt: new Date(row.Created * 1000),
    bytes: row.Size,
    ownBytes: sharedBytes < 0 ? null : Math.max(0, row.Size - sharedBytes),
  };
}

/**
 * Lets BuildKit forget what no build uses now, oldest first, until at most `keepBytes` are left. Only for an Engine of Berth's own: records do not
 * say whose they are. Returns the bytes that it freed.
 */
export async function pruneBuildCache(
  docker: Docker,
  keepBytes: number,
  signal: AbortSignal,
): Promise<number> {
  const query = new URLSearchParams({ all: 'true', 'keep-storage': String(keepBytes) });
  const request = {
    path: `/build/prune?${query.toString()}`,
    method: 'POST',
    statusCodes: { 200: true as const, 500: 'server error' },
  };
  let freed = 0;
  for await (const raw of engineMessages(docker, request, signal))
    freed += z.object({ SpaceReclaimed: z.number().optional() }).parse(raw).SpaceReclaimed ?? 0;
  return freed;
}
