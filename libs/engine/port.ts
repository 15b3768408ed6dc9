/**
 * ContainerEngine: what the runtime needs of a host's engine, in the words of the product.
 * Adapters: `docker/` (a Docker Engine, local or remote), `memory/` (tests). One contract suite runs against all.
 * Every call is idempotent: repeating it after a crash finds the thing done and says so.
 */
export interface ContainerEngine {
  info(): Promise<EngineInfo>;
  /** Makes sure that an image is on the host. Pulls only if absent. */
  ensureImage(reference: string, options?: ImagePull): Promise<ImagePresence>;
  /** Ids of an image's layers (of their unpacked content), lowest first; null when the image is not on the host. */
  imageLayers(reference: string): Promise<string[] | null>;
  /** Makes sure that a bridge network exists with exactly this subnet and bridge name. */
  ensureNetwork(spec: NetworkSpec): Promise<NetworkView>;
  listNetworks(): Promise<NetworkView[]>;
  removeNetwork(name: string): Promise<void>;
  /**
   * Creates (does not start) the container named `spec.name`; finds it if it is there already. One without a place has no network, until it `join`s
   * one: where `canJoin`. Volumes that are not there are made, and while one is empty it is given to the user that the container runs as (where the
   * Engine's disk is in reach). Throws `conflict` where a volume's name belongs to something else.
   */
  create(spec: ContainerSpec | UnplacedSpec): Promise<CreatedContainer>;
  canJoin(): Promise<boolean>;
  /**
   * Puts a container that runs without a network into one, for good. Throws `conflict` when it is in one, or did not come into one as a whole (remove
   * it then), or does not run, and `address_in_use`.
   */
  join(id: string, place: Place): Promise<void>;
  /** Gives a container another name. Throws `gone`, and `conflict` when the name is taken. */
  rename(id: string, name: string): Promise<void>;
  /** A start command that does not exist is `no_such_command`, or (where an init process runs it) an exit with 126 or 127. */
  start(id: string): Promise<StartedContainer>;
  /**
   * Halts all processes of a running container where they are; `thaw` and `start` let them go on. It answers nobody
   * meanwhile and uses no CPU. False when it does not run, would not stand still, or was thawed meanwhile: then it runs.
   */
  freeze(id: string): Promise<boolean>;
  /** Lets a frozen container go on, as fast as can be. A thaw that comes during a freeze wins. */
  thaw(id: string): Promise<Thawed>;
  /** How another process of this host lets go on what `freeze` froze, without asking anybody; null where it cannot. */
  thawing(id: string): ThawFile | null;
  /**
   * Lets a running container have so many processors from now on, or all that the host has (null), whatever it was created with.
   * False, and as it was, where it does not run or the host's cgroups are out of reach.
   */
  limitCpus(id: string, cpus: number | null): Promise<boolean>;
  /** SIGTERM, then SIGKILL after `graceSeconds`. Stopping what is stopped or gone is no error. */
  stop(id: string, graceSeconds: number): Promise<void>;
  /** Removes container and writable layer, killing it if it runs. Removing what is gone is no error. */
  remove(id: string): Promise<void>;
  /** null when there is no such container. */
  inspect(id: string): Promise<ContainerView | null>;
  /**
   * Containers that carry this copy's label, running or not; of one app where `app` is given. `pid` and `startedAt` of
   * running and paused ones may be null here (one call instead of one for each); `inspect` knows them.
   */
  list(filter?: { app?: string }): Promise<ContainerView[]>;
  /** Logs, and with `follow` what comes, until the signal aborts or the container ends. Lines are whole, in order, capped at 64 KiB. */
  logs(id: string, options: LogOptions): AsyncIterable<LogLine>;
  /**
   * Bytes that each container of this copy has written above its image, and in volumes that only it has: what goes with it. All is walked: not for every
   * day.
   */
  written(): Promise<Map<string, number>>;
  /** Bytes in a volume of this copy; null where there is none, or it is on another machine. All of it is walked. */
  volumeBytes(name: string): Promise<number | null>;
  /** Removes a volume with all that is in it. Removing what is gone is no error. Throws `conflict` while a container has it. */
  removeVolume(name: string): Promise<void>;
  /** MiB that are free on the disk that containers write to; null where that is out of sight, on another machine. */
  freeMb(): Promise<number | null>;
  /** One sample of CPU, memory and pids; null when it does not run. */
  stats(id: string): Promise<ContainerStats | null>;
  /**
   * Changes of labelled containers. Calls `onOpen` once nothing can be missed any more: list then. Ends when the signal
   * aborts or when the stream was silent for long (it may have died without an end); throws when it breaks. In both
   * cases call again.
   */
  events(signal: AbortSignal, onOpen?: () => void): AsyncIterable<EngineEvent>;
  /**
   * Starts a command beside what a running container runs, in the same namespaces, limits and hardening, attached to the
   * caller. One that does not exist ends with 126 or 127 and says so in its output. Throws `gone`, and `conflict` when the
   * container does not run or is frozen.
   */
  exec(id: string, spec: ExecSpec): Promise<ExecProcess>;
  /**
   * Joins a container that was created with `stdin`. Before its start: nothing that it prints is missed. The output ends with
   * the container's process; it goes on when it is let go. Throws `gone`.
   */
  attach(id: string): Promise<Attachment>;
  /**
   * Ends what `exec` started in any of this copy's containers and whose `ExecSpec.id` is not kept, with all that it started
   * in turn: of a caller that died nobody else would. Returns how many processes; 0 where the host's /proc is out of reach.
   */
  endExecs(keep: ReadonlySet<string>): Promise<number>;
  /** Sockets that processes of the container listen on or have open, read without entering it. null where the host's /proc is out of reach. */
  sockets(id: string): Promise<ContainerSockets | null>;
}

export interface EngineInfo {
  name: string;
  version: string;
  apiVersion: string;
  kernel: string;
  operatingSystem: string;
  cpus: number;
  memoryBytes: number;
  storageDriver: string;
  cgroupVersion: 1 | 2;
  /** What `freeze` uses: the kernel's freezer, written to directly, or the Engine's own pause. */
  freezer: 'cgroup v1' | 'cgroup v2' | 'engine';
  runtimes: string[];
  securityOptions: string[];
}

export interface ImagePull {
  onProgress?: (line: string) => void;
  /** Asked when the image is absent: what to pull in its place, which then gets its name; null: nothing else. */
  inItsPlace?: () => Promise<string | null>;
}

export interface ImagePresence {
  present: 'already' | 'pulled';
  /** Its name here. Of an image that is named by its digest it is that of what was pulled in its place. */
  reference: string;
  imageId: string;
  sizeBytes: number;
}

export interface NetworkSpec {
  name: string;
  /** Linux bridge name, at most 15 characters. */
  bridge: string;
  /** CIDR, e.g. 10.64.4.0/22; the gateway is its first address. */
  subnet: string;
  gateway: string;
  labels: Record<string, string>;
}

export interface NetworkView {
  id: string;
  name: string;
  bridge: string;
  subnet: string;
  labels: Record<string, string>;
}

/** Where a container is in a network. */
export interface Place {
  network: string;
  /** Address within the network's subnet, allocated by Berth. */
  address: string;
  /** Whom it asks for names, in this order; absent: whom the host asks. */
  dns?: string[];
}

/** Everything that decides what a tenant's container may do. The hardening baseline is the adapter's, not the caller's. */
export interface ContainerSpec extends Place {
  name: string;
  image: string;
  /** Empty: the image's own command. */
  command: string[];
  env: Record<string, string>;
  labels: Record<string, string>;
  limits: ContainerLimits;
  graceSeconds: number;
  /** Absent: the image's own. */
  user?: string;
  workingDir?: string;
  /** Folders that outlive it. */
  volumes?: VolumeMount[];
  /** Keeps standard input open for `attach`: of a terminal, or a plain stream. Without it stdin is at its end. */
  stdin?: 'terminal' | 'stream';
}

export interface VolumeMount {
  /** Name of the volume. */
  name: string;
  /** Absolute, in the container. */
  path: string;
  /** Of the volume, when it is made. */
  labels: Record<string, string>;
}

export type UnplacedSpec = Omit<ContainerSpec, keyof Place>;

export interface ContainerLimits {
  memoryMb: number;
  cpus: number;
  pids: number;
}

export interface CreatedContainer {
  id: string;
  created: 'already' | 'now';
  /** As the Engine says. */
  createdAt: Date;
  /** Host path or id of the writable layer, for the timeline. */
  writableLayer: string | null;
}

export interface StartedContainer {
  /** `thawed`: it was frozen, and goes on. */
  started: 'already' | 'now' | 'thawed';
  /** From the Engine's own events, where it gives them: when the interface was attached and the process started. */
  attachedAt: Date | null;
  /** Of a thawed one: when it went on. */
  startedAt: Date;
  pid: number;
  macAddress: string | null;
  interface: string | null;
}

/** A file of the kernel's, and what to write to it: of version 1's freezer, or version 2's. */
export interface ThawFile {
  file: string;
  text: 'THAWED' | '0';
}

/** What let it go on: the kernel's freezer or the Engine; `already`: it ran; false: it does not run. */
export type Thawed = 'freezer' | 'engine' | 'already' | false;

export interface ContainerView {
  id: string;
  name: string;
  image: string;
  labels: Record<string, string>;
  /** `paused`: frozen, by whatever means. */
  state: 'created' | 'running' | 'paused' | 'exited' | 'dead';
  pid: number | null;
  exitCode: number | null;
  oomKilled: boolean;
  error: string | null;
  createdAt: Date;
  startedAt: Date | null;
  finishedAt: Date | null;
}

export interface TerminalSize {
  columns: number;
  rows: number;
}

export interface ExecSpec {
  /** The caller's own name of this process (a UUID): what `endExecs` keeps. */
  id: string;
  command: string[];
  env: Record<string, string>;
  /** A terminal of its own, of this size; null: three plain streams. */
  terminal: TerminalSize | null;
}

export interface OutputChunk {
  /** With a terminal all is `stdout`. */
  stream: 'stdout' | 'stderr';
  data: Buffer;
}

/** The caller's ends of a process's streams. */
export interface Attachment {
  /** What it prints, as it comes: who reads no further holds the process back. Ends with its streams. Read it once. */
  readonly output: AsyncIterable<OutputChunk>;
  /** Resolves when more may be written; what nobody reads any more is dropped. */
  write(data: Uint8Array): Promise<void>;
  /** stdin is at its end. */
  end(): void;
  /** Of no effect without a terminal, or once it has ended. */
  resize(size: TerminalSize): Promise<void>;
  /** Lets go of the streams; the process goes on. */
  close(): void;
}

export interface ExecProcess extends Attachment {
  /** `exitCode` is null while it runs. */
  state(): Promise<{ running: boolean; exitCode: number | null }>;
  /**
   * Ends it and all that it started, also what it left behind when it ended: first as a terminal that is hung up, then by
   * force. False where the host's /proc is out of reach: it may go on.
   */
  kill(): Promise<boolean>;
}

export interface LogOptions {
  /** Only lines later than this `LogLine.at`: pass the last line seen to go on without a duplicate. */
  since?: string;
  /** Only the last so many lines (of what `since` leaves). */
  tail?: number;
  follow: boolean;
  /** The container has a terminal: its lines come as one stream, with the terminal's control characters in them. */
  terminal?: boolean;
  signal?: AbortSignal;
}

export interface LogLine {
  /** RFC 3339 with nanoseconds, from the Engine. */
  at: string;
  stream: 'stdout' | 'stderr';
  text: string;
}

export interface ContainerStats {
  /** Nanoseconds of CPU time since start. */
  cpuNanos: number;
  /** The scheduler's periods since start in which it wanted to run, and those of them in which its CPU limit held it back. */
  periods: number;
  throttledPeriods: number;
  memoryBytes: number;
  memoryLimitBytes: number;
  pids: number;
}

export interface EngineEvent {
  kind: 'create' | 'start' | 'die' | 'oom' | 'destroy' | 'health' | 'other';
  containerId: string;
  labels: Record<string, string>;
  at: Date;
}

export interface ContainerSockets {
  listening: { address: string; port: number }[];
  established: { localPort: number; remoteAddress: string }[];
}

/** Labels on everything Berth makes. `berth.id` alone decides whether Berth may touch it. */
export const label = {
  id: 'berth.id',
  app: 'berth.app',
  team: 'berth.team',
  release: 'berth.release',
  deployment: 'berth.deployment',
  instance: 'berth.instance',
  process: 'berth.process',
  kind: 'berth.kind',
  volume: 'berth.volume',
  /** Where a container is whose network Berth made itself. */
  network: 'berth.network',
  bridge: 'berth.bridge',
  subnet: 'berth.subnet',
  address: 'berth.address',
  dns: 'berth.dns',
} as const;

/** An Engine call that failed, with a sentence that a user may see. */
export class EngineError extends Error {
  constructor(
    readonly code:
      | 'image_missing'
      | 'image_invalid'
      | 'registry_unreachable'
      | 'no_such_command'
      | 'address_in_use'
      | 'unreachable'
      | 'conflict'
      | 'gone'
      | 'engine_failed',
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
    this.name = 'EngineError';
  }
}
