import type { StepName } from '#libs/core/steps.js';
import { appHost } from '#libs/core/names.js';
import {
  EngineError,
  label,
  type ContainerSpec,
  type CreatedContainer,
  type StartedContainer,
} from '#libs/engine/port.js';
import { moveInstance } from '#libs/store/instances.js';
import { openReleaseConfig } from '#libs/store/releases.js';
import type { AppState } from '#libs/store/app-states.js';
import type { TimelineOf } from '../timeline.js';
import { nameServersIn } from '../network/host-facts.js';
import type { RuntimeContext } from '../runtime-context.js';
import { mountsOf } from '../volumes/mounts.js';
import type { TakenInstance } from '../warm/warm-pool.js';
import { containerSpec } from './container-spec.js';
import { boostStart } from './start-boost.js';
import { awaitReady, type Readiness } from './readiness.js';
import { StartFailed, startFailureOf } from './start-failed.js';

export type InstanceRow = AppState['instances'][number];

/** Which start this is: of a deployment (then each step is written to its timeline), or again after a crash. */
export interface StartInput {
  app: Pick<AppState['app'], 'id' | 'name' | 'teamId'>;
  instance: InstanceRow;
  /** null: a restart, of which no deployment tells. */
  deployment: TimelineOf | null;
  signal: AbortSignal;
}

/**
 * Brings one instance from its row to readiness. Each step finds what an earlier run left and goes on from there; the
 * names are those of the timeline. Throws `StartFailed` when the release is at fault.
 */
export async function startInstance(context: RuntimeContext, input: StartInput): Promise<void> {
  const start = new Start(context, input);
  const spec = await start.prepare();
  const { created, started } = await context.starts.use(async () => {
    await start.image(spec);
    const created = await start.create(spec);
    return { created, started: await start.start(created, spec) };
  });
  const ready = await start.ready(created.id, started.startedAt);
  await start.finish(created.id, started.startedAt, ready);
}

/** The steps, one method each. */
export class Start {
  constructor(
    private readonly context: RuntimeContext,
    private readonly input: StartInput,
  ) {}

  /** Network, and what is to be created. A container left by an earlier run of a crashed instance is taken away. */
  async prepare(): Promise<ContainerSpec> {
    const { instance } = this.input;
    const spec = await this.spec();
    if (instance.status === 'crashed') await this.clear(spec.name);
    else if (instance.status === 'creating') await this.clearWaiting();
    return spec;
  }

  async spec(): Promise<ContainerSpec> {
    const { networks, env, sealer } = this.context;
    const { app, instance } = this.input;
    const network = await networks.ensure(app.teamId);
    return containerSpec({
      berthId: env.BERTH_ID,
      registry: env.BERTH_REGISTRY,
      app,
      release: instance.release,
      instance,
      config: openReleaseConfig(sealer, instance.release),
      network: network.name,
      dns: await nameServersIn(network.subnet),
      volumes: await mountsOf(this.context, app, instance.release.manifest),
    });
  }

  /** One from the warm pool that was not handed over whole: whether it has code and config is not known. */
  private async clearWaiting(): Promise<void> {
    const { engine } = this.context;
    const { containerId } = this.input.instance;
    const view = containerId === null ? null : await engine.inspect(containerId);
    if (view?.labels[label.kind] === 'warm') await engine.remove(view.id);
  }

  /** The container of the crash, once all that it printed is written. */
  private async clear(name: string): Promise<void> {
    const { engine, logsWritten } = this.context;
    const { containerId } = this.input.instance;
    if (containerId !== null) await logsWritten(containerId);
    await engine.remove(name);
  }

  async image(spec: ContainerSpec): Promise<void> {
    const from = new Date();
    this.begin('image', from);
    const image = await this.step('image', () => this.context.engine.ensureImage(spec.image));
    this.end('image', from, new Date(), {
      image: this.input.instance.release.image,
      present: image.present,
      sizeBytes: image.sizeBytes,
    });
  }

  async create(spec: ContainerSpec): Promise<CreatedContainer> {
    this.input.signal.throwIfAborted();
    const from = new Date();
    const created = await this.step('create', () => this.created(spec));
    const to = new Date();
    // The engine dates the container when it makes its record; what follows is the layer.
    const recorded = created.created === 'now' && created.createdAt > from ? created.createdAt : to;
    this.end('create', from, recorded, {
      container: created.id.slice(0, 12),
      name: spec.name,
      how: created.created,
      limits: { ...spec.limits },
    });
    this.end('layer', recorded, to, { layer: created.writableLayer });
    return created;
  }

  /** The image may have been collected since it was found here; the registry has it. */
  private async created(spec: ContainerSpec): Promise<CreatedContainer> {
    const { engine } = this.context;
    try {
      return await engine.create(spec);
    } catch (error) {
      if (!(error instanceof EngineError) || error.code !== 'image_missing') throw error;
      await engine.ensureImage(spec.image);
      return engine.create(spec);
    }
  }

  async start(created: CreatedContainer, spec: ContainerSpec): Promise<StartedContainer> {
    this.input.signal.throwIfAborted();
    const { engine, db, fence } = this.context;
    const from = new Date();
    const [started] = await Promise.all([
      this.step('start', () => engine.start(created.id)),
      // One that was taken back from its rest is `starting` already.
      moveInstance(db, fence, {
        id: this.input.instance.id,
        to: 'starting',
        from: ['creating', 'crashed'],
        set: { containerId: created.id, exitCode: null, nextStartAt: null },
        soon: true,
      }),
    ]);
    this.context.onStarted(this.input.app, this.input.instance, created.id);
    const attached = started.attachedAt ?? (started.started === 'thawed' ? from : started.startedAt);
    this.end('network', from, attached, {
      network: spec.network,
      address: spec.address,
      mac: started.macAddress,
      interface: started.interface,
    });
    this.end('start', attached, started.startedAt, {
      pid: started.pid,
      command: spec.command,
      how: started.started,
    });
    return started;
  }

  /** Of a container from the warm pool: what was done before its app was known, and when. */
  tookOver({ warm, files, takenAt }: TakenInstance, at: Date): void {
    this.end('warm', takenAt, at, {
      container: warm.containerId.slice(0, 12),
      stack: warm.recipe.image.stack,
      waitedSeconds: Math.round((takenAt.getTime() - warm.since.getTime()) / 1000),
      files: files.length,
      address: this.input.instance.address,
      limits: { ...warm.recipe.limits },
    });
  }

  async ready(containerId: string, startedAt: Date): Promise<Readiness & { ready: true }> {
    const { engine, watch, env } = this.context;
    const { app, instance, signal } = this.input;
    const { release } = instance;
    this.begin('ready', startedAt);
    const endBoost = boostStart(engine, { containerId, cpus: release.cpus });
    const readiness = await awaitReady(engine, watch, {
      containerId,
      process: instance.process,
      address: instance.address ?? '',
      port: instance.port,
      healthPath: instance.process === 'web' ? release.healthPath : null,
      h2c: release.manifest?.protocol === 'h2c',
      host: appHost(app.name, env.BERTH_APPS_DOMAIN),
      memoryMb: release.memoryMb,
      startTimeoutSeconds: release.startTimeoutSeconds,
      startedAt,
      signal,
    }).finally(endBoost);
    if (readiness.ready) return readiness;
    throw new StartFailed({ ...readiness.failure, step: 'ready' }, readiness.exitCode);
  }

  async finish(containerId: string, startedAt: Date, readiness: Readiness & { ready: true }): Promise<void> {
    const { db, fence } = this.context;
    const { instance } = this.input;
    await moveInstance(db, fence, {
      id: instance.id,
      to: 'ready',
      set: { containerId, startedAt, readyAt: readiness.at, reason: null },
      soon: true,
    });
    this.end('ready', startedAt, readiness.at, {
      check: instance.port === null ? 'runs' : (instance.release.healthPath ?? `TCP ${instance.port}`),
      checks: readiness.checks,
    });
    if (this.input.deployment !== null && instance.process === 'web')
      void this.context.warm.want(instance.release);
  }

  /** Runs a call to the engine; a failure that is the release's fault becomes `StartFailed`. */
  private async step<T>(name: StepName, call: () => Promise<T>): Promise<T> {
    try {
      return await call();
    } catch (error) {
      if (error instanceof EngineError && error.code === 'gone') throw error;
      throw startFailureOf(error, name) ?? error;
    }
  }

  private begin(name: StepName, at: Date): void {
    const { deployment, instance } = this.input;
    if (deployment !== null) this.context.timeline.begin(deployment, name, instance.id, at);
  }

  private end(
    name: StepName,
    from: Date,
    to: Date,
    detail: Parameters<RuntimeContext['timeline']['end']>[3]['detail'],
  ): void {
    const { deployment, instance } = this.input;
    if (deployment !== null) this.context.timeline.end(deployment, name, instance.id, { from, to, detail });
  }
}
