import { label, type ContainerSpec, type VolumeMount } from '#libs/engine/port.js';

/** What a container is made of: rows of the database, opened config, settings of this copy of Berth. */
export interface SpecInput {
  berthId: string;
  registry: string;
  app: { id: string; name: string; teamId: string };
  release: {
    id: string;
    number: number;
    image: string;
    processes: unknown;
    memoryMb: number;
    cpus: number;
    pids: number;
    graceSeconds: number;
  };
  instance: {
    id: string;
    deploymentId: string | null;
    process: string;
    address: string | null;
    port: number | null;
  };
  /** Opened config of the release. */
  config: Record<string, string>;
  network: string;
  /** Name servers, the team's gateway first. */
  dns: string[];
  volumes: VolumeMount[];
}

/** The container of an instance, as the engine is asked for it. */
export function containerSpec(input: SpecInput): ContainerSpec {
  const { app, release, instance } = input;
  if (instance.address === null) throw new Error(`The instance ${instance.id} has no address.`);
  return {
    name: containerName(input),
    image: imageReference(input.registry, release.image),
    command: commandOf(release.processes, instance.process),
    env: environment(input),
    labels: {
      [label.id]: input.berthId,
      [label.kind]: 'instance',
      [label.app]: app.id,
      [label.team]: app.teamId,
      [label.release]: release.id,
      [label.deployment]: instance.deploymentId ?? '',
      [label.instance]: instance.id,
      [label.process]: instance.process,
    },
    network: input.network,
    address: instance.address,
    // No network alias: the Engine's own resolver would answer with the container's address, awake or frozen.
    dns: input.dns,
    limits: { memoryMb: release.memoryMb, cpus: release.cpus, pids: release.pids },
    graceSeconds: release.graceSeconds,
    ...(input.volumes.length > 0 && { volumes: input.volumes }),
  };
}

/** Readable in `docker ps`, and the same whenever the step runs again. */
export function containerName({
  berthId,
  app,
  release,
  instance,
}: Pick<SpecInput, 'berthId'> & {
  app: { name: string };
  release: { number: number };
  instance: { id: string; process: string };
}): string {
  return `berth-${berthId}-${app.name}-r${release.number}-${instance.process}-${instance.id.slice(-8)}`;
}

/** Rows hold images without the registry's address, which may change. */
export function imageReference(registry: string, image: string): string {
  return `${registry}/${image}`;
}

/** An empty array, or no entry at all: the image's own command. */
export function commandOf(processes: unknown, process: string): string[] {
  const command = (processes as Record<string, string[]>)[process];
  return command ?? [];
}

/** The platform's variables win over the app's config: an app may rely on them. */
export function environment({
  app,
  release,
  instance,
  config,
}: {
  app: Pick<SpecInput['app'], 'name'>;
  release: Pick<SpecInput['release'], 'number'>;
  instance: Pick<SpecInput['instance'], 'id' | 'port' | 'process'>;
  config: SpecInput['config'];
}): Record<string, string> {
  return {
    ...config,
    ...(instance.port === null ? {} : { PORT: String(instance.port) }),
    BERTH_APP: app.name,
    BERTH_RELEASE: String(release.number),
    BERTH_INSTANCE: instance.id,
    BERTH_PROCESS: instance.process,
  };
}
