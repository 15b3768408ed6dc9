import { availableParallelism } from 'node:os';
import { z } from 'zod';

const port = z.coerce.number().int().min(1).max(65535);

/**
 * Settings that every Berth process gets from its environment. `infra` writes them; nothing else does.
 * Addresses of parts are loopback unless an operator points them elsewhere.
 */
export const envSchema = z.object({
  /** State directory, absolute. */
  BERTH_HOME: z.string().startsWith('/'),
  /** Directory for unix sockets; short enough for sun_path (108 bytes). */
  BERTH_RUN_DIR: z.string().startsWith('/'),
  /** Identity of this copy of Berth: value of the label `berth.id`, part of bridge and table names. */
  BERTH_ID: z.string().regex(/^[a-z0-9]{6}$/),
  /** What starts the supervisor again when it was killed; empty where something else sees to that. */
  BERTH_SUPERVISE: z.string().default(''),
  BERTH_DOMAIN: z.string().default('berth.localhost'),
  BERTH_APPS_DOMAIN: z.string().default('apps.localhost'),
  BERTH_PORT: port.default(8080),
  BERTH_BIND: z.string().default('127.0.0.1'),
  /** What the visitor's browser uses, e.g. http://berth.localhost:8080 (no slash at the end). */
  BERTH_PUBLIC_SCHEME: z.enum(['http', 'https']).default('http'),
  BERTH_API_PORT: port,
  BERTH_ACTIVATOR_PORT: port,
  /**
   * Where the activator answers name look-ups of containers, on the teams' bridges only (they ask port 53, the firewall
   * leads them here), so copies of Berth do not get into each other's way.
   */
  BERTH_NAMES_PORT: port.default(10053),
  /** Traefik's own entry point: ping, API and Prometheus metrics, loopback only. */
  BERTH_TRAEFIK_PORT: port,
  DATABASE_URL: z.string().min(1),
  REDIS_URL: z.string().min(1),
  /** unix:///path or tcp://host:port of the Docker Engine. */
  DOCKER_HOST: z.string().min(1),
  /** true when the daemon belongs to this copy of Berth (its cgroup parent may be capped). */
  BERTH_ENGINE_OWNED: z
    .enum(['0', '1'])
    .default('0')
    .transform((value) => value === '1'),
  /** Parent cgroup of containers, as the daemon was told; BuildKit's steps run under `<parent>/buildkit`. */
  BERTH_CGROUP_PARENT: z.string().default('docker'),
  /** host:port of the internal registry, as the Engine reaches it. */
  BERTH_REGISTRY: z.string().min(1),
  /** CIDR that team networks are cut from (/22 each). */
  BERTH_SUBNET_POOL: z.string().default('10.64.0.0/14'),
  /** Name of this host's row. */
  BERTH_HOST: z.string().default('local'),
  /** Seals config values at rest; 32 bytes, base64. Read from a 0600 file by infra. */
  BERTH_SECRET_KEY: z.string().min(43),
  /** May a first git push create the app? */
  BERTH_CREATE_ON_PUSH: z
    .enum(['0', '1'])
    .default('1')
    .transform((value) => value === '1'),
  /**
   * Proxies of this host that want a password, by the names of BuildKit's build arguments: these reach the commands of a build, and no image, history or
   * cache. JSON.
   */
  BERTH_BUILD_PROXIES: z
    .string()
    .default('{}')
    .transform((text) => z.record(z.string(), z.string()).parse(JSON.parse(text))),
  /** Builds that one builder process works on at a time. */
  BERTH_BUILD_CONCURRENCY: z.coerce.number().int().min(1).max(16).default(2),
  /** Limits of one build; those of all builds together follow from them (apps/builder/src/build-limits.ts). */
  BERTH_BUILD_MEMORY_MB: z.coerce.number().int().min(256).default(2048),
  /** Unless set, all processors: builds come after apps, and a quota disturbs these more than it helps (libs/images/build-limits.ts). */
  BERTH_BUILD_CPUS: z.coerce.number().min(0.1).default(availableParallelism()),
  BERTH_BUILD_PIDS: z.coerce.number().int().min(16).default(1024),
  /** Disk that may be written while one build runs. */
  BERTH_BUILD_DISK_MB: z.coerce.number().int().min(16).default(8192),
  BERTH_BUILD_TIMEOUT_S: z.coerce.number().int().min(10).default(900),
  /** No build starts below this much available memory; what else it takes: libs/core/admission.ts. */
  BERTH_MIN_FREE_MEMORY_MB: z.coerce.number().int().min(0).default(256),
  /** Beside another build, none starts above this load average for each processor. */
  BERTH_BUILD_MAX_LOAD: z.coerce.number().min(0.1).default(4),
  /** Builds are refused below this much free disk under BERTH_HOME. */
  BERTH_MIN_FREE_DISK_MB: z.coerce.number().int().min(0).default(1024),
  /** Of each app so many releases can be gone back to, unless the app has a number of its own. */
  BERTH_KEEP_RELEASES: z.coerce.number().int().min(1).max(1000).default(10),
  /** Most MiB that images of one app alone may take in the registry, unless the app has a number of its own. */
  BERTH_APP_DISK_MB: z.coerce.number().int().min(1).default(5120),
  /**
   * Most instances that wait on this host for a function that is yet to come (apps/runtime/src/warm); 0: none. Each holds 30 to 60 MB, for
   * ten minutes after the last function was deployed.
   */
  BERTH_WARM_POOL: z.coerce.number().int().min(0).max(16).default(2),
  BERTH_MAX_PUSH_MB: z.coerce.number().int().min(1).default(512),
  BERTH_MAX_UPLOAD_MB: z.coerce.number().int().min(1).default(256),
  /** Internal addresses that webhooks, log drains and git fetches may call all the same: CIDR blocks with commas between. */
  BERTH_OUTBOUND_ALLOW: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((block) => block.trim() || [])),
  /** Networks that neither apps nor builds may open connections to, but for names (port 53): IPv4 CIDR blocks with commas between. */
  BERTH_EGRESS_DENY: z
    .string()
    .default('')
    .transform((text) => text.split(',').flatMap((block) => block.trim() || []))
    .pipe(z.array(z.cidrv4())),
  /**
   * May Berth's own stacks stand in for official images of Docker Hub? auto: where no registry has an answer and no copy is there; on:
   * always, without asking; off: never.
   */
  BERTH_STAND_INS: z.enum(['auto', 'on', 'off']).default('auto'),
  LOG_LEVEL: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
});

export type Env = z.infer<typeof envSchema>;

/** Parses the environment; throws one readable sentence that names each wrong variable. */
export function readEnv(source: NodeJS.ProcessEnv = process.env): Env {
  const parsed = envSchema.safeParse(source);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`Berth's settings are incomplete or wrong: ${problems.join('; ')}`);
}

/** `http://berth.localhost:8080`; the port is left out where it is the scheme's own. */
export function platformUrl(env: Pick<Env, 'BERTH_PUBLIC_SCHEME' | 'BERTH_PORT' | 'BERTH_DOMAIN'>): string {
  return originFor(env, env.BERTH_DOMAIN);
}

/** The URL of any host name served by the edge. */
export function originFor(env: Pick<Env, 'BERTH_PUBLIC_SCHEME' | 'BERTH_PORT'>, host: string): string {
  const standard = env.BERTH_PUBLIC_SCHEME === 'https' ? 443 : 80;
  return `${env.BERTH_PUBLIC_SCHEME}://${host}${env.BERTH_PORT === standard ? '' : `:${env.BERTH_PORT}`}`;
}

/**
 * Names by which docker clients reach the registry's door, with ports; the first is the one to show. `localhost` is among them because an Engine may
 * speak plain HTTP to it, and because not every resolver knows names below it.
 */
export function registryNames(
  env: Pick<Env, 'BERTH_PUBLIC_SCHEME' | 'BERTH_PORT' | 'BERTH_DOMAIN'>,
): [string, ...string[]] {
  return [new URL(platformUrl(env)).host, `localhost:${env.BERTH_PORT}`, `127.0.0.1:${env.BERTH_PORT}`];
}
