import { BerthError } from '#libs/core/errors.js';
import type { ServerFrame } from '#libs/contracts/terminal-frames.js';
import type { Attachment, ContainerSpec, ImagePresence } from '#libs/engine/port.js';
import { parseImageReference } from '#libs/images/image-reference.js';
import { cachedImage } from '#libs/mirrors/cached-image.js';
import { moveInstance } from '#libs/store/instances.js';
import type { OneOffRow } from '#libs/store/one-offs.js';
import { notePulled, noteUsed } from '#libs/store/pulled-images.js';
import type { ToClient } from '#libs/terminal/to-client.js';
import type { RuntimeContext } from '../runtime-context.js';

type StepFrame = ServerFrame & { t: 'step' };

/** Tells of a step once it is over. */
export type Tell = (step: Omit<StepFrame, 't'>) => void;

export interface Begun {
  containerId: string;
  attachment: Attachment;
}

/** A new one-off from its row to its running command, step by step as docker run takes them. */
export async function createOneOff(
  context: RuntimeContext,
  row: OneOffRow,
  spec: ContainerSpec,
  channel: ToClient,
  tell: Tell,
): Promise<Begun> {
  const { engine, starts } = context;
  const asked = Date.now();
  // Not among the starts that wait for each other, and not for somebody who has left: a registry may be slow.
  const image = await Promise.race([bring(context, spec.image, channel), left(channel.gone)]);
  await noteImage(context, row, image);
  const found = {
    image: row.wish.image ?? row.release.image,
    present: image.present,
    from: image.from,
    sizeBytes: image.sizeBytes,
  };
  tell({ name: 'image', ms: Date.now() - asked, detail: found });
  return starts.use(async () => {
    const from = new Date();
    const created = await engine.create({ ...spec, image: image.reference });
    const to = new Date();
    // As in a deployment's timeline: the engine dates the container by its record, what follows is the layer.
    const recorded = created.createdAt > from && created.createdAt < to ? created.createdAt : to;
    const made = { container: created.id.slice(0, 12), name: spec.name, limits: { ...spec.limits } };
    tell({ name: 'create', ms: recorded.getTime() - from.getTime(), detail: made });
    tell({ name: 'layer', ms: to.getTime() - recorded.getTime(), detail: { layer: created.writableLayer } });
    return startOneOff(context, row, { containerId: created.id, network: spec.network }, tell);
  });
}

/** Brings the image if it is absent, one of Docker Hub by this host's mirrors as builds do. `from`: what served it then. */
async function bring(
  { engine, images }: RuntimeContext,
  image: string,
  channel: ToClient,
): Promise<ImagePresence & { from: string | null }> {
  const say = (line: string): void => void channel.send({ t: 'pulling', line: line.slice(0, 200) });
  const log = { output: say, detail: say, warning: say };
  let from: string | null = null;
  const inItsPlace = async (): Promise<string | null> => {
    if (!image.startsWith('docker.io/')) return null;
    const use = { log, note: () => undefined, signal: channel.gone };
    const copy = await cachedImage(images, parseImageReference(image), use);
    if (!('reference' in copy)) return null;
    from = copy.from;
    return copy.reference;
  };
  const found = await engine.ensureImage(image, { onProgress: say, inItsPlace });
  return { ...found, from };
}

/** Remembers what was brought here for one-offs alone, so that it is not kept for ever. */
async function noteImage(
  { db, fence }: RuntimeContext,
  { wish }: OneOffRow,
  { present, reference }: ImagePresence,
): Promise<void> {
  if (wish.image === null) return;
  await (present === 'pulled' ? notePulled : noteUsed)(db, fence.hostId, reference);
}

function left(gone: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const end = (): void => reject(new BerthError('terminal_left', 'The client left.'));
    if (gone.aborted) end();
    else gone.addEventListener('abort', end, { once: true });
  });
}

/** Starts the container of a one-off, its first time or again, with the client at its streams. */
export async function startOneOff(
  context: RuntimeContext,
  row: OneOffRow,
  { containerId, network }: { containerId: string; network: string },
  tell: Tell,
): Promise<Begun> {
  const { engine, db, fence } = context;
  const { id } = row;
  const set = { containerId, exitCode: null, reason: null, stoppedAt: null };
  await moveInstance(db, fence, { id, to: 'starting', from: ['creating', 'ended'], set });
  let joined: Parameters<Tell>[0] | null = null;
  // Before the start, so that nothing that it prints is missed.
  const { attachment } = await joinOneOff(context, row, containerId, (step) => (joined = step));
  try {
    const from = Date.now();
    const started = await engine.start(containerId);
    context.onOneOffStarted(row, containerId, row.status === 'ended' ? 'again' : 'new');
    const attached = (started.attachedAt ?? started.startedAt).getTime();
    const { macAddress: mac, interface: name } = started;
    const address = row.address;
    tell({
      name: 'network',
      ms: Math.max(0, attached - from),
      detail: { network, address, mac, interface: name },
    });
    const ms = Math.max(0, started.startedAt.getTime() - attached);
    tell({ name: 'start', ms, detail: { pid: started.pid || null, command: row.wish.command } });
    if (joined !== null) tell(joined);
    const { startedAt } = started;
    await moveInstance(db, fence, {
      id,
      to: 'ready',
      from: ['starting'],
      set: { startedAt, readyAt: startedAt },
    });
    return { containerId, attachment };
  } catch (error) {
    attachment.close();
    throw error;
  }
}

/** Joins the streams of a one-off's container. */
export async function joinOneOff(
  { engine }: RuntimeContext,
  { wish }: OneOffRow,
  containerId: string,
  tell: Tell,
): Promise<Begun> {
  const from = Date.now();
  const attachment = await engine.attach(containerId);
  tell({
    name: 'attach',
    ms: Date.now() - from,
    detail: { streams: wish.terminal ? 'a terminal' : 'plain' },
  });
  return { containerId, attachment };
}
