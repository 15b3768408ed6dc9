import { readFile } from 'node:fs/promises';
import { waitFor } from '#libs/core/wait.js';
import {
  EngineError,
  label,
  type ContainerEngine,
  type ContainerSockets,
  type ContainerSpec,
  type ContainerStats,
  type ContainerView,
  type CreatedContainer,
  type EngineEvent,
  type EngineInfo,
  type ImagePresence,
  type LogLine,
  type LogOptions,
  type NetworkSpec,
  type NetworkView,
  type StartedContainer,
} from '../port.js';
import { DockerClient } from './client.js';
import { createOptions } from './create-options.js';
import { followEvents } from './events.js';
import { ensureImage } from './images.js';
import { readLogs } from './logs.js';
import { ensureNetwork, listNetworks } from './networks.js';
import { readSockets } from './proc-net.js';
import { startTimes } from './start-times.js';
import { toStats } from './stats.js';
import { fromInspect, fromSummary } from './view.js';

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
  readonly #berthId: string;
  readonly #eventIdleMs: number;
  readonly #logIdleMs: number;

  constructor(options: DockerEngineOptions) {
    this.#client = new DockerClient(options.dockerHost);
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
      runtimes: Object.keys(info.Runtimes ?? {}),
      securityOptions: info.SecurityOptions ?? [],
    };
  }

  ensureImage(reference: string, onProgress?: (line: string) => void): Promise<ImagePresence> {
    return ensureImage(this.#client, reference, onProgress);
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

  async create(spec: ContainerSpec): Promise<CreatedContainer> {
    // 409: the name is taken, by an earlier run of this very step.
    const made = await this.#client.call(
      'create the container',
      (docker) => docker.createContainer(createOptions(spec)),
      [409],
    );
    const raw = await this.#client.call(
      'inspect the container',
      (docker) => docker.getContainer(made?.id ?? spec.name).inspect(),
      [404],
    );
    if (raw === null || raw.Config.Labels?.[label.id] !== this.#berthId) {
      throw new EngineError('conflict', `The container name ${spec.name} belongs to something else.`);
    }
    const layer = (raw.GraphDriver as { Data?: { UpperDir?: string } | null } | null | undefined)?.Data
      ?.UpperDir;
    return {
      id: raw.Id,
      created: made === null ? 'already' : 'now',
      createdAt: new Date(raw.Created),
      writableLayer: layer ?? null,
    };
  }

  async start(id: string): Promise<StartedContainer> {
    const asked = new Date();
    const answer = await this.#client.call(
      'start the container',
      (docker) =>
        docker
          .getContainer(id)
          .start()
          .then(() => 'now' as const),
      // 409: it is frozen.
      [304, 404, 409],
    );
    const thawed = answer === null && (await this.#thaw(id));
    const thawedAt = new Date();
    const [raw, times] = await Promise.all([
      this.#client.call('inspect the container', (docker) => docker.getContainer(id).inspect(), [404]),
      answer ? startTimes(this.#client, id, asked) : { attachedAt: null, startedAt: null },
    ]);
    if (raw === null) throw new EngineError('gone', 'The container is gone.');
    const pid = raw.State.Pid;
    return {
      started: answer ?? (thawed ? 'thawed' : 'already'),
      attachedAt: times.attachedAt,
      startedAt: thawed ? thawedAt : (times.startedAt ?? new Date(raw.State.StartedAt)),
      pid,
      macAddress: Object.values(raw.NetworkSettings.Networks)[0]?.MacAddress || null,
      interface: this.#client.local && pid > 0 ? await interfaceOf(pid) : null,
    };
  }

  async freeze(id: string): Promise<boolean> {
    // 409: it does not run, or is frozen already.
    await this.#client.call('freeze the container', (docker) => docker.getContainer(id).pause(), [404, 409]);
    return (await this.inspect(id))?.state === 'paused';
  }

  /** Lets a frozen container go on; false when it was not frozen. */
  async #thaw(id: string): Promise<boolean> {
    if ((await this.inspect(id))?.state !== 'paused') return false;
    await this.#client.call('thaw the container', (docker) => docker.getContainer(id).unpause(), [404, 409]);
    return true;
  }

  async stop(id: string, graceSeconds: number): Promise<void> {
    // A frozen process would not hear of SIGTERM.
    await this.#thaw(id);
    await this.#client.call(
      'stop the container',
      (docker) => docker.getContainer(id).stop({ t: graceSeconds }),
      [304, 404],
    );
  }

  async remove(id: string): Promise<void> {
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
  }

  async inspect(id: string): Promise<ContainerView | null> {
    const raw = await this.#client.call(
      'inspect the container',
      (docker) => docker.getContainer(id).inspect(),
      [404],
    );
    if (raw === null || raw.Config.Labels?.[label.id] !== this.#berthId) return null;
    return fromInspect(raw);
  }

  async list(filter: { app?: string } = {}): Promise<ContainerView[]> {
    const labels = [`${label.id}=${this.#berthId}`];
    if (filter.app !== undefined) labels.push(`${label.app}=${filter.app}`);
    const rows = await this.#client.must('list containers', (docker) =>
      docker.listContainers({ all: true, filters: { label: labels } }),
    );
    const views = await Promise.all(
      rows.map((row) => (row.State === 'running' ? fromSummary(row) : this.inspect(row.Id))),
    );
    return views.filter((view) => view !== null);
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

  async sockets(id: string): Promise<ContainerSockets | null> {
    if (!this.#client.local) return null;
    const view = await this.inspect(id);
    return view?.pid ? readSockets(view.pid) : null;
  }
}

/** The container's interface beside loopback, e.g. eth0. */
async function interfaceOf(pid: number): Promise<string | null> {
  const table = await readFile(`/proc/${pid}/net/dev`, 'utf8').catch(() => '');
  const names = table
    .split('\n')
    .slice(2)
    .map((line) => line.split(':')[0]?.trim() ?? '');
  return (
    names.find((name) => name !== '' && !/^(lo|tunl|sit|gre|erspan|ip_vti|ip6|dummy)/.test(name)) ?? null
  );
}
