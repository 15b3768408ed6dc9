import { waitingCommand, type WarmKind } from '#libs/buildpack/function/warm.js';
import { label, type Attachment } from '#libs/engine/port.js';
import type { RuntimeContext } from '../runtime-context.js';
import type { FunctionImage } from './function-image.js';

/** What a waiting instance is like, and what a function's own would have to be like for it to stand in. */
export interface WarmRecipe {
  kind: WarmKind;
  image: Omit<FunctionImage, 'files'>;
  limits: { memoryMb: number; cpus: number; pids: number };
  graceSeconds: number;
}

/** A container that has run nothing but Berth's server, in no network, and waits for the one function that it will ever run. */
export interface WarmInstance {
  /** The instance that it will be; its container carries it as label from the first. */
  id: string;
  recipe: WarmRecipe;
  containerId: string;
  attachment: Attachment;
  since: Date;
  /** False once its output has ended: it is dead. */
  alive: boolean;
}

/** What waits, of one recipe: equal keys, equal containers. */
export function keyOf({ kind, image, limits, graceSeconds }: WarmRecipe): string {
  const { stack, user, workingDir } = image;
  const env = Object.entries(image.env).sort(([a], [b]) => (a < b ? -1 : 1));
  const { memoryMb, cpus, pids } = limits;
  return JSON.stringify([kind.name, stack, user, workingDir, env, memoryMb, cpus, pids, graceSeconds]);
}

/**
 * Makes one, with limits and hardening as any instance has. What it lacks is team, network, app, config and code. A failure leaves nothing behind that the
 * sweep of orphans would not find.
 */
export async function makeWarm(
  context: RuntimeContext,
  recipe: WarmRecipe,
  id: string,
): Promise<WarmInstance> {
  const { engine, env, starts } = context;
  const { kind, image, limits, graceSeconds } = recipe;
  return starts.use(async () => {
    const { id: containerId } = await engine.create({
      name: `berth-${env.BERTH_ID}-warm-${kind.name}-${id.slice(-8)}`,
      image: image.stack,
      command: waitingCommand(kind),
      env: image.env,
      labels: {
        [label.id]: env.BERTH_ID,
        [label.kind]: 'warm',
        [label.instance]: id,
        [label.process]: 'web',
      },
      limits,
      graceSeconds,
      user: image.user,
      workingDir: image.workingDir,
      stdin: 'stream',
    });
    const attachment = await engine.attach(containerId);
    const warm = { id, recipe, containerId, attachment, since: new Date(), alive: true };
    void watch(warm);
    await engine.start(containerId);
    await attachment.write(Buffer.from(kind.server));
    return warm;
  });
}

/** Reads what it prints, so that it is never held back, until its end. */
async function watch(warm: WarmInstance): Promise<void> {
  try {
    for await (const chunk of warm.attachment.output) void chunk;
  } catch {
    // A connection that broke is an end as well.
  }
  warm.alive = false;
}

/** Ends one that no app was given. */
export async function endWarm({ engine }: RuntimeContext, warm: WarmInstance): Promise<void> {
  warm.attachment.close();
  await engine.remove(warm.containerId);
}
