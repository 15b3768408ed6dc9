import { createHash } from 'node:crypto';
import { EventEmitter, on } from 'node:events';
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
  type LogLine,
  type LogOptions,
  type NetworkSpec,
  type NetworkView,
  type Place,
  type StartedContainer,
  type Thawed,
  type UnplacedSpec,
} from '../port.js';
import { MemoryExec } from './memory-exec.js';

/** What a container of the memory engine does once started; chosen by the first word of its command. */
export interface MemoryProgram {
  lines?: { stream: LogLine['stream']; text: string }[];
  /** Ends at once with this code. Without it the program runs until it is stopped. */
  exits?: number;
  oom?: boolean;
  listens?: { address: string; port: number }[];
  ignoresTerm?: boolean;
  /** Adds a line to a file of each volume when it starts, and prints how many there are. */
  counts?: boolean;
  /** Run by `exec`: prints what it reads; whether it has a terminal; each new size of that. */
  echoes?: boolean;
  tellsStdin?: boolean;
  tellsSize?: boolean;
}

interface MemoryContainer {
  spec: UnplacedSpec;
  place: Place | null;
  view: ContainerView;
  log: LogLine[];
  program: MemoryProgram | null;
  attached?: MemoryExec;
}

function isAlive({ view }: MemoryContainer): boolean {
  return view.state === 'running' || view.state === 'paused';
}

/** A container engine that only remembers: no image, process or network behind it. For tests of what stands above. */
export class MemoryEngine implements ContainerEngine {
  readonly #berthId: string;
  readonly #images = new Set<string>();
  readonly #pullable = new Set<string>();
  readonly #programs = new Map<string, MemoryProgram>();
  readonly #networks = new Map<string, NetworkView>();
  readonly #containers = new Map<string, MemoryContainer>();
  readonly #volumes = new Map<string, { labels: Record<string, string>; lines: number }>();
  readonly #execs = new Map<string, Set<MemoryExec>>();
  readonly #bus = new EventEmitter().setMaxListeners(0);
  #serial = 0;
  #logSerial = 0;

  constructor(options: {
    berthId: string;
    images?: string[];
    pullable?: string[];
    programs?: Record<string, MemoryProgram>;
  }) {
    this.#berthId = options.berthId;
    for (const image of options.images ?? []) this.#images.add(image);
    for (const image of options.pullable ?? []) this.#pullable.add(image);
    for (const [word, program] of Object.entries(options.programs ?? {})) this.#programs.set(word, program);
  }

  async info(): Promise<EngineInfo> {
    return {
      name: 'memory',
      version: '0',
      apiVersion: '1.41',
      kernel: 'none',
      operatingSystem: 'none',
      cpus: 1,
      memoryBytes: 2 ** 30,
      storageDriver: 'memory',
      cgroupVersion: 2,
      freezer: 'engine',
      runtimes: ['memory'],
      securityOptions: [],
    };
  }

  async ensureImage(reference: string): Promise<ImagePresence> {
    const present = this.#images.has(reference) ? 'already' : 'pulled';
    if (present === 'pulled' && !this.#pullable.has(reference)) {
      throw new EngineError('image_missing', `The image is not there: ${reference}.`);
    }
    this.#images.add(reference);
    return {
      present,
      reference,
      imageId: `sha256:${createHash('sha256').update(reference).digest('hex')}`,
      sizeBytes: 1,
    };
  }

  async imageLayers(reference: string): Promise<string[] | null> {
    return this.#images.has(reference) ? [`memory:${reference}`] : null;
  }

  async ensureNetwork(spec: NetworkSpec): Promise<NetworkView> {
    const found = this.#networks.get(spec.name);
    if (found !== undefined) {
      if (found.subnet !== spec.subnet)
        throw new EngineError('conflict', `The network ${spec.name} has another subnet.`);
      return found;
    }
    if ([...this.#networks.values()].some((network) => network.subnet === spec.subnet)) {
      throw new EngineError('address_in_use', `The subnet ${spec.subnet} is in use.`);
    }
    const view = {
      id: this.#id(),
      name: spec.name,
      bridge: spec.bridge,
      subnet: spec.subnet,
      labels: spec.labels,
    };
    this.#networks.set(spec.name, view);
    return view;
  }

  async listNetworks(): Promise<NetworkView[]> {
    return [...this.#networks.values()].filter((network) => network.labels[label.id] === this.#berthId);
  }

  async removeNetwork(name: string): Promise<void> {
    const used = [...this.#containers.values()].some(
      (c) => c.place?.network === name && c.view.state === 'running',
    );
    if (used) throw new EngineError('engine_failed', `The network ${name} has active endpoints.`);
    this.#networks.delete(name);
  }

  async create(spec: ContainerSpec | UnplacedSpec): Promise<CreatedContainer> {
    const found = [...this.#containers.values()].find((container) => container.spec.name === spec.name);
    if (found !== undefined) {
      return { id: found.view.id, created: 'already', createdAt: found.view.createdAt, writableLayer: null };
    }
    if (!this.#images.has(spec.image))
      throw new EngineError('image_missing', `The image is not there: ${spec.image}.`);
    for (const { name, labels } of spec.volumes ?? []) {
      const volume = this.#volumes.get(name) ?? { labels, lines: 0 };
      if (volume.labels[label.id] !== this.#berthId)
        throw new EngineError('conflict', `The volume name ${name} belongs to something else.`);
      this.#volumes.set(name, volume);
    }
    const view: ContainerView = {
      id: this.#id(),
      name: spec.name,
      image: spec.image,
      labels: spec.labels,
      state: 'created',
      pid: null,
      exitCode: null,
      oomKilled: false,
      error: null,
      createdAt: new Date(),
      startedAt: null,
      finishedAt: null,
    };
    const program = this.#programs.get(spec.command[0] ?? '') ?? null;
    const place = 'network' in spec ? spec : null;
    this.#containers.set(view.id, { spec, place, view, log: [], program });
    this.#tell('create', view);
    return { id: view.id, created: 'now', createdAt: view.createdAt, writableLayer: `memory:${view.id}` };
  }

  async rename(id: string, name: string): Promise<void> {
    const container = this.#containers.get(id);
    if (container === undefined) throw new EngineError('gone', 'The container is gone.');
    const taken = [...this.#containers.values()].some((one) => one !== container && one.view.name === name);
    if (taken) throw new EngineError('conflict', `The container name ${name} is taken.`);
    container.view.name = name;
    container.spec = { ...container.spec, name };
  }

  async canJoin(): Promise<boolean> {
    return true;
  }

  async join(id: string, place: Place): Promise<void> {
    const container = this.#containers.get(id);
    if (container === undefined) throw new EngineError('gone', 'The container is gone.');
    if (container.place !== null || container.view.state !== 'running')
      throw new EngineError('conflict', 'The container is in a network already, or does not run.');
    this.#refuseTaken(place);
    container.place = place;
  }

  #refuseTaken({ network, address }: Place): void {
    for (const { view, place } of this.#containers.values())
      if (view.state === 'running' && place?.network === network && place.address === address)
        throw new EngineError('address_in_use', `The address ${address} is in use.`);
  }

  async start(id: string): Promise<StartedContainer> {
    const container = this.#containers.get(id);
    if (container === undefined) throw new EngineError('gone', 'The container is gone.');
    const { view, program, spec, place } = container;
    const thawed = view.state === 'paused';
    if (thawed) view.state = 'running';
    const already = view.state === 'running';
    if (!already) {
      if (program === null)
        throw new EngineError('no_such_command', `The start command does not exist: ${spec.command[0]}.`);
      if (place !== null) this.#refuseTaken(place);
      Object.assign(view, {
        state: 'running',
        pid: this.#serial + 1000,
        startedAt: new Date(),
        exitCode: null,
        finishedAt: null,
      });
      this.#tell('start', view);
      for (const line of program.lines ?? []) this.say(id, line.text, line.stream);
      for (const { name } of (program.counts && spec.volumes) || []) {
        const volume = this.#volumes.get(name)!;
        volume.lines += 1;
        this.say(id, String(volume.lines));
      }
      if (container.attached !== undefined) container.attached.begin();
      if (program.oom) this.#tell('oom', view);
      if (program.exits !== undefined) this.exit(id, program.exits, program.oom ?? false);
    }
    return {
      started: thawed ? 'thawed' : already ? 'already' : 'now',
      attachedAt: view.startedAt,
      startedAt: thawed ? new Date() : (view.startedAt ?? new Date()),
      pid: view.pid ?? 0,
      macAddress: '02:42:00:00:00:02',
      interface: 'eth0',
    };
  }

  async limitCpus(id: string): Promise<boolean> {
    return this.#containers.get(id)?.view.state === 'running';
  }

  async freeze(id: string): Promise<boolean> {
    const view = this.#containers.get(id)?.view;
    if (view?.state === 'running') view.state = 'paused';
    return view?.state === 'paused';
  }

  thawing(): null {
    return null;
  }

  async thaw(id: string): Promise<Thawed> {
    const view = this.#containers.get(id)?.view;
    if (view?.state === 'running') return 'already';
    if (view?.state !== 'paused') return false;
    view.state = 'running';
    return 'engine';
  }

  async stop(id: string): Promise<void> {
    const container = this.#containers.get(id);
    if (container !== undefined && isAlive(container))
      this.exit(id, container.program?.ignoresTerm ? 137 : 143);
  }

  async remove(id: string): Promise<void> {
    const container = this.#containers.get(id);
    if (container === undefined) return;
    if (isAlive(container)) this.exit(id, 137);
    this.#containers.delete(id);
    this.#tell('destroy', container.view);
  }

  async inspect(id: string): Promise<ContainerView | null> {
    const view = this.#containers.get(id)?.view;
    return view === undefined ? null : { ...view };
  }

  async list(filter: { app?: string } = {}): Promise<ContainerView[]> {
    return [...this.#containers.values()]
      .map((container) => ({ ...container.view }))
      .filter((view) => view.labels[label.id] === this.#berthId)
      .filter((view) => filter.app === undefined || view.labels[label.app] === filter.app);
  }

  async written(): Promise<Map<string, number>> {
    return new Map((await this.list()).map(({ id }) => [id, 0]));
  }

  async volumeBytes(name: string): Promise<number | null> {
    return this.#volumes.get(name)?.lines ?? null;
  }

  async removeVolume(name: string): Promise<void> {
    const isUsed = [...this.#containers.values()].some(({ spec }) =>
      spec.volumes?.some((volume) => volume.name === name),
    );
    if (isUsed) throw new EngineError('conflict', `The volume ${name} is in use.`);
    this.#volumes.delete(name);
  }

  async freeMb(): Promise<null> {
    return null;
  }

  async *logs(id: string, options: LogOptions): AsyncGenerator<LogLine> {
    const container = this.#containers.get(id);
    if (container === undefined) throw new EngineError('engine_failed', 'No such container.');
    const { since } = options;
    const wanted = container.log.filter((line) => since === undefined || line.at > since);
    let next = options.tail === undefined ? 0 : Math.max(0, wanted.length - options.tail);
    let seen = container.log.length;
    for (; next < wanted.length; next += 1) yield wanted[next]!;
    while (options.follow && !options.signal?.aborted && this.#containers.get(id)?.view.state === 'running') {
      while (seen < container.log.length) yield container.log[seen++]!;
      await this.#change(options.signal);
    }
    while (options.follow && seen < container.log.length) yield container.log[seen++]!;
  }

  async stats(id: string): Promise<ContainerStats | null> {
    const container = this.#containers.get(id);
    if (container === undefined || !isAlive(container)) return null;
    return {
      cpuNanos: 1,
      periods: 0,
      throttledPeriods: 0,
      memoryBytes: 1024,
      memoryLimitBytes: container.spec.limits.memoryMb * 1024 * 1024,
      pids: 1 + (this.#execs.get(id)?.size ?? 0),
    };
  }

  async *events(signal: AbortSignal, onOpen?: () => void): AsyncGenerator<EngineEvent> {
    const stream = on(this.#bus, 'event', { signal });
    onOpen?.();
    try {
      for await (const [event] of stream) yield event as EngineEvent;
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }

  async sockets(id: string): Promise<ContainerSockets | null> {
    const container = this.#containers.get(id);
    if (container === undefined || !isAlive(container)) return null;
    return { listening: container.program?.listens ?? [], established: [] };
  }

  async exec(id: string, spec: ExecSpec): Promise<ExecProcess> {
    const container = this.#containers.get(id);
    if (container === undefined) throw new EngineError('gone', 'The container is gone.');
    if (container.view.state !== 'running')
      throw new EngineError('conflict', `The container does not run: it is ${container.view.state}.`);
    const program = this.#programs.get(spec.command[0] ?? '') ?? null;
    const running = this.#execs.get(id) ?? new Set();
    const exec = new MemoryExec(spec, program, (ended) => running.delete(ended));
    this.#execs.set(id, running);
    if (exec.running) running.add(exec);
    return exec;
  }

  /** The program of an attached container is the one of its command, run as `exec` would. */
  async attach(id: string): Promise<Attachment> {
    const container = this.#containers.get(id);
    if (container === undefined) throw new EngineError('gone', 'The container is gone.');
    const terminal = container.spec.stdin === 'terminal' ? { columns: 80, rows: 24 } : null;
    const spec = { id, command: container.spec.command, env: {}, terminal };
    const attached = new MemoryExec(
      spec,
      container.program,
      (ended) => this.exit(id, ended.exitCode ?? 0),
      false,
    );
    container.attached = attached;
    return attached;
  }

  async endExecs(keep: ReadonlySet<string>): Promise<number> {
    const strays = [...this.#execs.values()].flatMap((all) => [...all]).filter(({ id }) => !keep.has(id));
    for (const exec of strays) exec.finish(137);
    return strays.length;
  }

  /** Ends a running container from outside, as a crash would. */
  exit(id: string, code: number, oomKilled = false): void {
    const container = this.#containers.get(id);
    if (container === undefined || !isAlive(container)) return;
    Object.assign(container.view, {
      state: 'exited',
      pid: null,
      exitCode: code,
      oomKilled,
      finishedAt: new Date(),
    });
    for (const exec of this.#execs.get(id) ?? []) exec.finish(137);
    container.attached?.finish(code);
    this.#tell('die', container.view);
  }

  /** Makes a container print a line. */
  say(id: string, text: string, stream: LogLine['stream'] = 'stdout'): void {
    this.#logSerial += 1;
    const at = new Date()
      .toISOString()
      .replace('Z', `${String(this.#logSerial % 1_000_000).padStart(6, '0')}Z`);
    this.#containers.get(id)?.log.push({ at, stream, text });
    this.#bus.emit('change');
  }

  #change(signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const done = (): void => {
        this.#bus.off('change', done);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      this.#bus.on('change', done);
      signal?.addEventListener('abort', done);
    });
  }

  #tell(kind: EngineEvent['kind'], view: ContainerView): void {
    this.#bus.emit('change');
    if (view.labels[label.id] !== this.#berthId) return;
    this.#bus.emit('event', {
      kind,
      containerId: view.id,
      labels: view.labels,
      at: new Date(),
    } satisfies EngineEvent);
  }

  #id(): string {
    this.#serial += 1;
    return createHash('sha256').update(`${this.#berthId}:${this.#serial}`).digest('hex');
  }
}
