import type Docker from 'dockerode';
import { freeMb } from '#libs/config/free-mb.js';
import { waitFor } from '#libs/core/wait.js';
import {
  EngineError,
  label,
  type Attachment,
  type ContainerEngine,
  type ContainerSockets,
  type ContainerSpec,
  type ContainerStats,
  type ContainerView,
  type CreatedContainer,
  type EngineEvent,
  type EngineInfo,
  type ExecProcess,
  type ExecSpec,
  type ImagePresence,
  type ImagePull,
  type LogLine,
  type LogOptions,
  type NetworkSpec,
  type NetworkView,
  type Place,
  type StartedContainer,
  type Thawed,
  type ThawFile,
  type UnplacedSpec,
} from '../port.js';
import { DockerClient } from './client.js';
import { attachTo } from './attach.js';
import { fullId } from './cgroup-place.js';
import { createOptions } from './create-options.js';
import { EngineFacts } from './engine-facts.js';
import { followEvents } from './events.js';
import { quotaPlace, writeQuota } from './cpu-quota.js';
import { Freezing, type EngineRecord } from './freezing.js';
import { endMarked } from './exec-processes.js';
import { startExec } from './exec.js';
import { ensureImage } from './images.js';
import { readLogs } from './logs.js';
import { ensureNetwork, listNetworks } from './networks.js';
import { linkTo, placeOf } from './network-place.js';
import { OwnNetwork, ownNetworkRuntime, type MadePlace } from './own-network.js';
import { interfaceOf, readSockets } from './proc-net.js';
import { startTimes } from './start-times.js';
import { toStats } from './stats.js';
import { fromInspect, fromSummary, layersOf } from './view.js';
import { ensureVolumes, giveVolumes, removeVolume, volumeBytes } from './volumes.js';
import { writtenBytes } from './written.js';

export interface DockerEngineOptions {
  dockerHost: string;
  /** Value of the label `berth.id`. */
  berthId: string;
  /** After so long without an event the stream is taken for dead (30 s). */
  eventIdleMs?: number;
  /** The same for logs, where silence is usual (5 min). */
  logIdleMs?: number;
}

/** Removal of a container that the Engine is already removing ends within this. */
const removalMs = 20_000;

/** A Docker Engine from 20.10 on, local or remote. */
export class DockerEngine implements ContainerEngine {
  readonly #client: DockerClient;
  readonly #freezing: Freezing;
  readonly #facts: EngineFacts;
  readonly #berthId: string;
  readonly #eventIdleMs: number;
  readonly #logIdleMs: number;

  constructor(options: DockerEngineOptions) {
    this.#client = new DockerClient(options.dockerHost);
    this.#facts = new EngineFacts(this.#client);
    this.#freezing = new Freezing(
      {
        record: async (id) => toRecord(await this.#look(id)),
        pause: (id) => this.#pause(id),
        unpause: (id) => this.#unpause(id),
      },
      this.#client.local,
    );
    this.#berthId = options.berthId;
    this.#eventIdleMs = options.eventIdleMs ?? 30_000;
    this.#logIdleMs = options.logIdleMs ?? 300_000;
  }

  async info(): Promise<EngineInfo> {
    const [info, version] = await Promise.all([
      this.#client.must('describe itself', (docker) => docker.info()),
      this.#client.must('tell its version', (docker) => docker.version()),
    ]);
    return {
      name: info.Name,
      version: info.ServerVersion,
      apiVersion: version.ApiVersion,
      kernel: info.KernelVersion,
      operatingSystem: info.OperatingSystem,
      cpus: info.NCPU,
      memoryBytes: info.MemTotal,
      storageDriver: info.Driver,
      cgroupVersion: info.CgroupVersion === '2' ? 2 : 1,
      freezer: this.#freezing.inUse(),
      runtimes: Object.keys(info.Runtimes ?? {}),
      securityOptions: info.SecurityOptions ?? [],
    };
  }

  ensureImage(reference: string, options?: ImagePull): Promise<ImagePresence> {
    return ensureImage(this.#client, reference, options);
  }

  async imageLayers(reference: string): Promise<string[] | null> {
    const image = await this.#client.call(
      'look at the image',
      (docker) => docker.getImage(reference).inspect(),
      [404],
    );
    return image && (image.RootFS.Layers ?? []);
  }

  ensureNetwork(spec: NetworkSpec): Promise<NetworkView> {
    return ensureNetwork(this.#client, spec);
  }

  listNetworks(): Promise<NetworkView[]> {
    return listNetworks(this.#client, this.#berthId);
  }

  async removeNetwork(name: string): Promise<void> {
    const mine = (await this.listNetworks()).find((network) => network.name === name);
    if (mine === undefined) return;
    await this.#client.call('remove the network', (docker) => docker.getNetwork(mine.id).remove(), [404]);
  }

  async create(spec: ContainerSpec | UnplacedSpec): Promise<CreatedContainer> {
    const named = async () => ('network' in spec ? this.#networkNamed(spec.network) : ('later' as const));
    const network = (await this.canJoin()) ? await named() : null;
    await ensureVolumes(this.#client, spec.volumes ?? [], this.#berthId);
    // 409: the name is taken, by an earlier run of this very step.
    const made = await this.#client.call(
      'create the container',
      (docker) => docker.createContainer(createOptions(spec, network)),
      [409],
    );
    const raw = await this.#look(made?.id ?? spec.name);
    if (raw === null)
      throw new EngineError('conflict', `The container name ${spec.name} belongs to something else.`);
    if (spec.volumes !== undefined && this.#client.local) await giveVolumes(this.#client, raw);
    return {
      id: raw.Id,
      created: made === null ? 'already' : 'now',
      createdAt: new Date(raw.Created),
      writableLayer: layersOf(raw).UpperDir ?? null,
    };
  }

  async rename(id: string, name: string): Promise<void> {
    const renamed = await this.#client.call(
      'rename the container',
      (docker) =>
        docker
          .getContainer(id)
          .rename({ name })
          .then(() => true),
      // 400: it has the name already.
      [400, 404, 409],
    );
    if (renamed) return;
    const view = await this.inspect(id);
    if (view === null) throw new EngineError('gone', 'The container is gone.');
    if (view.name !== name) throw new EngineError('conflict', `The container name ${name} is taken.`);
  }

  async start(id: string): Promise<StartedContainer> {
    const asked = new Date();
    const thawedFirst = this.#freezing.thawOurs(id);
    const place = thawedFirst ? null : await this.#makePlace(id);
    const answer = await this.#client.call(
      'start the container',
      (docker) =>
        docker
          .getContainer(id)
          .start()
          .then(() => 'now' as const),
      // 304: it runs by the Engine's record, which does not know of the freezer; 409: the Engine froze it.
      [304, 404, 409],
    );
    if (answer === 'now') this.#freezing.forget(id);
    const thawed = answer === null && (thawedFirst || isThawed(await this.thaw(id)));
    const thawedAt = new Date();
    const [raw, times] = await Promise.all([
      this.#look(id),
      answer ? startTimes(this.#client, id, asked) : { attachedAt: null, startedAt: null },
    ]);
    if (raw === null) throw new EngineError('gone', 'The container is gone.');
    const pid = raw.State.Pid;
    return {
      started: answer ?? (thawed ? 'thawed' : 'already'),
      attachedAt: place?.at ?? times.attachedAt,
      startedAt: thawed ? thawedAt : (times.startedAt ?? new Date(raw.State.StartedAt)),
      pid,
      macAddress: place?.macAddress ?? (Object.values(raw.NetworkSettings.Networks)[0]?.MacAddress || null),
      interface: this.#client.local && pid > 0 ? await interfaceOf(pid) : null,
    };
  }

  async canJoin(): Promise<boolean> {
    return (await this.#own()) !== null;
  }

  async join(id: string, place: Place): Promise<void> {
    const [own, raw] = await Promise.all([this.#own(), this.#look(id)]);
    if (raw === null) throw new EngineError('gone', 'The container is gone.');
    const { link, ...rest } = await placeOf(raw);
    if (own === null || link !== null || raw.HostConfig.Runtime !== ownNetworkRuntime)
      throw new EngineError('conflict', 'The container is in a network already.');
    if (!raw.State.Running) throw new EngineError('conflict', 'The container does not run.');
    await own.join({ ...rest, link: linkTo(await this.#networkNamed(place.network), place) });
  }

  /** Of a container that is in no network of the Engine's and does not run. Null where there is nothing to make. */
  async #makePlace(id: string): Promise<MadePlace | null> {
    const own = await this.#own();
    const raw = own && (await this.#look(id));
    if (own === null || raw === null || raw.State.Running || raw.HostConfig.Runtime !== ownNetworkRuntime)
      return null;
    return own.make(await placeOf(raw));
  }

  /** Whether containers get their network from Berth itself: as root beside an Engine that has the runtime for it. */
  async #own(): Promise<OwnNetwork | null> {
    if (!this.#client.local || process.getuid?.() !== 0) return null;
    const { ownRuntime } = await this.#facts.get();
    const isRunning = async (id: string) => (await this.#look(id))?.State.Running ?? false;
    return ownRuntime === null ? null : new OwnNetwork(ownRuntime, this.#berthId, isRunning);
  }

  async #networkNamed(name: string): Promise<NetworkView> {
    const network = (await this.listNetworks()).find((one) => one.name === name);
    if (network === undefined) throw new EngineError('engine_failed', `The network ${name} does not exist.`);
    return network;
  }

  async limitCpus(id: string, cpus: number | null): Promise<boolean> {
    if (!this.#client.local) return false;
    const pid = (await this.#look(id))?.State.Pid ?? 0;
    const place = pid > 0 ? await quotaPlace(id, pid) : null;
    return place !== null && writeQuota(place, cpus);
  }

  freeze(id: string): Promise<boolean> {
    return this.#freezing.freeze(id);
  }

  thaw(id: string): Promise<Thawed> {
    return this.#freezing.thaw(id);
  }

  thawing(id: string): ThawFile | null {
    return this.#freezing.thawing(id);
  }

  async #pause(id: string): Promise<boolean> {
    // 409: it does not run, or is frozen already.
    await this.#client.call('freeze the container', (docker) => docker.getContainer(id).pause(), [404, 409]);
    return (await this.#look(id))?.State.Paused ?? false;
  }

  async #unpause(id: string): Promise<void> {
    await this.#client.call('thaw the container', (docker) => docker.getContainer(id).unpause(), [404, 409]);
  }

  async stop(id: string, graceSeconds: number): Promise<void> {
    // A frozen process would not hear of SIGTERM.
    await this.thaw(id);
    await this.#client.call(
      'stop the container',
      (docker) => docker.getContainer(id).stop({ t: graceSeconds }),
      [304, 404],
    );
    await (await this.#own())?.remove(id);
  }

  async remove(name: string): Promise<void> {
    const id = fullId.test(name) ? name : (await this.#look(name))?.Id;
    if (id === undefined) return;
    // The first version's freezer keeps even SIGKILL from its processes.
    await this.thaw(id);
    const removed = await this.#client.call(
      'remove the container',
      (docker) =>
        docker
          .getContainer(id)
          .remove({ force: true, v: true })
          .then(() => true),
      [404, 409],
    );
    // 409: a removal is already under way; gone is what the caller wants to hear.
    if (!removed)
      await waitFor('the container to be gone', async () => (await this.inspect(id)) === null, {
        timeoutMs: removalMs,
      });
    this.#freezing.forget(id);
    await (await this.#own())?.remove(id);
  }

  async inspect(id: string): Promise<ContainerView | null> {
    const raw = await this.#look(id);
    if (raw === null) return null;
    const view = fromInspect(raw);
    const frozen = view.state === 'running' && (await this.#freezing.holds(id, raw.State.Pid));
    return frozen ? { ...view, state: 'paused' } : view;
  }

  /** The Engine's own record, which does not know of the freezer. */
  async #look(id: string): Promise<Docker.ContainerInspectInfo | null> {
    const raw = await this.#client.call(
      'inspect the container',
      (docker) => docker.getContainer(id).inspect(),
      [404],
    );
    return raw?.Config.Labels?.[label.id] === this.#berthId ? raw : null;
  }

  async list(filter: { app?: string } = {}): Promise<ContainerView[]> {
    const own = filter.app === undefined ? await this.#own() : null;
    const places = await own?.present();
    const labels = [`${label.id}=${this.#berthId}`];
    if (filter.app !== undefined) labels.push(`${label.app}=${filter.app}`);
    const rows = await this.#client.must('list containers', (docker) =>
      docker.listContainers({ all: true, filters: { label: labels } }),
    );
    if (filter.app === undefined) {
      const ids = new Set(rows.map((row) => row.Id));
      this.#freezing.keepOnly(ids);
      for (const id of places ?? []) if (!ids.has(id)) await own?.remove(id);
    }
    const first = rows.find((row) => row.State === 'running');
    if (first !== undefined && this.#freezing.knowsNothing) await this.inspect(first.Id);
    const views = await Promise.all(rows.map((row) => this.#view(row)));
    return views.filter((view) => view !== null);
  }

  async written(): Promise<Map<string, number>> {
    const root = this.#client.local ? (await this.#facts.get()).root : null;
    return writtenBytes(this.#client, `${label.id}=${this.#berthId}`, root);
  }

  volumeBytes(name: string): Promise<number | null> {
    return volumeBytes(this.#client, name, this.#berthId);
  }

  removeVolume(name: string): Promise<void> {
    return removeVolume(this.#client, name, this.#berthId);
  }

  async freeMb(): Promise<number | null> {
    if (!this.#client.local) return null;
    return freeMb((await this.#facts.get()).root).catch(() => null);
  }

  async #view(row: Docker.ContainerInfo): Promise<ContainerView | null> {
    if (row.State === 'paused') return fromSummary(row);
    const frozen = row.State === 'running' ? this.#freezing.holdsKnown(row.Id) : null;
    if (frozen === null) return this.inspect(row.Id);
    return frozen ? { ...fromSummary(row), state: 'paused' } : fromSummary(row);
  }

  logs(id: string, options: LogOptions): AsyncIterable<LogLine> {
    return readLogs(this.#client, id, { ...options, idleMs: this.#logIdleMs });
  }

  async stats(id: string): Promise<ContainerStats | null> {
    // one-shot: without it the Engine takes a second sample a second later.
    const options = { stream: false, 'one-shot': true } as const;
    const raw = await this.#client.call(
      'sample the container',
      (docker) => docker.getContainer(id).stats(options),
      [404, 409],
    );
    return raw && toStats(raw);
  }

  events(signal: AbortSignal, onOpen?: () => void): AsyncIterable<EngineEvent> {
    return followEvents(this.#client, this.#berthId, { signal, idleMs: this.#eventIdleMs, onOpen });
  }

  async exec(id: string, spec: ExecSpec): Promise<ExecProcess> {
    const view = await this.inspect(id);
    if (view === null) throw new EngineError('gone', 'The container is gone.');
    // An Engine that is asked to anyway answers in words of its own, of which each version has others.
    if (view.state !== 'running')
      throw new EngineError('conflict', `The container does not run: it is ${view.state}.`);
    return startExec(this.#client, { id: view.id, initPid: this.#client.local ? view.pid : null }, spec);
  }

  async attach(id: string): Promise<Attachment> {
    const raw = await this.#look(id);
    if (raw === null) throw new EngineError('gone', 'The container is gone.');
    return attachTo(this.#client, { id: raw.Id, terminal: raw.Config.Tty });
  }

  async endExecs(keep: ReadonlySet<string>): Promise<number> {
    if (!this.#client.local) return 0;
    const running = (await this.list()).filter((view) => view.state === 'running');
    const views = await Promise.all(running.map((view) => this.inspect(view.id)));
    const ended = await Promise.all(views.map((view) => (view?.pid ? endMarked(view.pid, keep) : 0)));
    return ended.reduce((sum, count) => sum + count, 0);
  }

  async sockets(id: string): Promise<ContainerSockets | null> {
    if (!this.#client.local) return null;
    const view = await this.inspect(id);
    return view?.pid ? readSockets(view.pid) : null;
  }
}

function toRecord(raw: Docker.ContainerInspectInfo | null): EngineRecord | null {
  return raw && { running: raw.State.Running, paused: raw.State.Paused, pid: raw.State.Pid };
}

function isThawed(how: Thawed): boolean {
  return how === 'freezer' || how === 'engine';
}
