import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EdgeStats, RouteTable } from '#libs/contracts/edge.js';
import type { AutoscaleRules } from '#libs/core/autoscale.js';
import { waitFor } from '#libs/core/wait.js';
import { DockerEngine } from '#libs/engine/docker/docker-engine.js';
import { acceptDeployment } from '#libs/store/accept.js';
import { transaction } from '#libs/store/db.js';
import { createRelease } from '#libs/store/releases.js';
import { freshDatabase, makeApp, tester, type TestDatabase } from '../../../test/support/database.js';
import type { TableReceiver } from './edge/route-book.js';
import { Runtime } from './runtime.js';
import { volumeName } from './volumes/mounts.js';

/** Any Debian minbase with perl, present on the engine: `<first part>/<rest>`. */
const [registry = '', ...rest] = (process.env.BERTH_TEST_IMAGE ?? 'berth/dev-base:trixie').split('/');
export const testImage = rest.join('/');

/** An HTTP server in perl that answers with its release, and does what its config says otherwise. */
const server = `
use IO::Socket::INET; $| = 1; $SIG{TERM} = sub { exit 0 };
my $s = IO::Socket::INET->new(LocalAddr => $ENV{LISTEN_ON} // '0.0.0.0', LocalPort => $ENV{LISTEN_PORT} // $ENV{PORT}, Listen => 64, ReuseAddr => 1) or die $!;
print "listening\\n";
while (my $c = $s->accept) {
  my $line = <$c> // '';
  exit 3 if $line =~ m{/crash};
  print STDOUT "said $1\\n" if $line =~ m{/say/(\\S+)};
  my $dialled = $line =~ m{/dial/([\\w.-]+)/(\\d+)} ? (IO::Socket::INET->new(PeerAddr => $1, PeerPort => $2, Timeout => 1) ? 'connected' : 'refused') : undef;
  my $body = $dialled // "r$ENV{BERTH_RELEASE} $ENV{GREETING}";
  print $c "HTTP/1.1 200 OK\\r\\nContent-Length: " . length($body) . "\\r\\nConnection: close\\r\\n\\r\\n$body";
  close $c;
}`;

/** Commands of releases under test. */
export const commands = {
  serve: ['perl', '-e', server],
  exit7: ['bash', '-c', 'echo booting; echo no database >&2; exit 7'],
  silent: ['sleep', '600'],
  hog: ['perl', '-e', 'my @a; push @a, "x" x 1048576 while 1'],
  missing: ['no-such-program'],
  work: ['bash', '-c', 'trap "exit 0" TERM; while true; do sleep 0.1; done'],
} as const;

/** Takes tables as the activator does, and remembers them. */
export class TableSink implements TableReceiver {
  tables: RouteTable[] = [];
  inFlight = new Map<string, number>();
  /** Requests that visitors have in hand, by app: the load that the runtime is told of. */
  readonly #demand = new Map<string, { now: number; seconds: number; since: number }>();
  down = false;

  async putTable(table: RouteTable): Promise<void> {
    if (this.down) throw new Error('connect ECONNREFUSED');
    this.tables.push(structuredClone(table));
  }

  async stats(): Promise<EdgeStats> {
    const instances = Object.fromEntries(
      [...this.inFlight].map(([id, inFlight]) => [
        id,
        { appId: '', inFlight, requests: 0, errors: 0, buckets: [] },
      ]),
    );
    const apps = Object.fromEntries(
      [...this.#demand.keys()].map((appId) => {
        const { now, seconds } = this.setDemand(appId);
        return [appId, { now, seconds }];
      }),
    );
    return { epoch: 0, generation: 0, instances, apps };
  }

  /** From now on so many requests are in hand; as many as before where nothing is said. */
  setDemand(appId: string, count?: number): { now: number; seconds: number } {
    const before = this.#demand.get(appId) ?? { now: 0, seconds: 0, since: performance.now() };
    const since = performance.now();
    const seconds = before.seconds + (before.now * (since - before.since)) / 1_000;
    const after = { now: count ?? before.now, seconds, since };
    this.#demand.set(appId, after);
    return after;
  }

  target(host: string) {
    return this.tables.at(-1)?.hosts[host];
  }
}

/** What is otherwise than on a host that has enough of everything. */
export interface TestHostOptions {
  autoscaleRules?: AutoscaleRules;
  minFreeDiskMb?: number;
}

/** A database, an engine's corner and a home directory of its own, and runtimes on them. */
export class TestHost {
  readonly berthId = randomBytes(3).toString('hex');
  readonly edge = new TableSink();
  /** Where an activator would listen on each team's gateway. */
  readonly gatePorts = { http: 3, names: 4 };
  readonly warnings: string[] = [];
  readonly lost: Error[] = [];
  readonly engine: DockerEngine;
  runtime!: Runtime;

  private constructor(
    readonly database: TestDatabase,
    readonly home: string,
    private readonly options: TestHostOptions,
  ) {
    this.engine = new DockerEngine({ dockerHost: process.env.DOCKER_HOST ?? '', berthId: this.berthId });
  }

  static async open(options: TestHostOptions = {}): Promise<TestHost> {
    const host = new TestHost(await freshDatabase(), await mkdtemp(join(tmpdir(), 'berth-rt-')), options);
    await host.boot();
    return host;
  }

  get db() {
    return this.database.db;
  }

  /** Starts a runtime, as after a restart of the process. */
  async boot(): Promise<Runtime> {
    this.runtime = new Runtime({
      env: {
        BERTH_ID: this.berthId,
        BERTH_HOME: this.home,
        BERTH_RUN_DIR: this.home,
        BERTH_REGISTRY: registry,
        BERTH_APPS_DOMAIN: 'apps.test',
        BERTH_SUBNET_POOL: '10.248.0.0/14',
        BERTH_HOST: 'local',
        BERTH_OUTBOUND_ALLOW: ['127.0.0.1'],
        BERTH_EGRESS_DENY: [],
        BERTH_MIN_FREE_DISK_MB: this.options.minFreeDiskMb ?? 0,
        BERTH_WARM_POOL: 2,
        BERTH_BUILD_DISK_MB: 1024,
        DATABASE_URL: this.database.url,
        BERTH_TRAEFIK_PORT: 1,
        BERTH_DOMAIN: 'berth.test',
        BERTH_API_PORT: 2,
        BERTH_ACTIVATOR_PORT: this.gatePorts.http,
        BERTH_NAMES_PORT: this.gatePorts.names,
      },
      db: this.db,
      sealer: this.database.sealer,
      engine: this.engine,
      edge: this.edge,
      onLost: (error) => this.lost.push(error),
      warn: (message) => this.warnings.push(message),
      fullLookMs: 2_000,
      ...(this.options.autoscaleRules && { autoscaleRules: this.options.autoscaleRules }),
    });
    await this.runtime.start();
    return this.runtime;
  }

  /** Leaves nothing on the machine. */
  async close(): Promise<void> {
    await this.runtime.stop();
    for (const view of await this.engine.list()) await this.engine.remove(view.id);
    for (const { id } of await this.db.volume.findMany())
      await this.engine.removeVolume(volumeName(this.berthId, id));
    for (const network of await this.engine.listNetworks()) await this.engine.removeNetwork(network.name);
    await this.runtime.firewall.remove(this.berthId);
    await this.database.drop();
    await rm(this.home, { recursive: true, force: true });
  }

  /** An app that has no release yet. */
  async app(settings: Record<string, unknown> = {}) {
    const made = await makeApp(this.db);
    await this.db.app.update({
      where: { id: made.appId },
      // Tests that are not about sleep must not depend on how long they take.
      data: { memoryMb: 64, graceSeconds: 2, sleep: { enabled: false }, ...settings },
    });
    return { ...made, host: `${made.name}.apps.test` };
  }

  /** Makes a release and asks for it to be live, as builder and rollback do. */
  async deploy(
    appId: string,
    command: readonly string[],
    options: {
      port?: number;
      config?: Record<string, string>;
      processes?: Record<string, string[]>;
      volumes?: Record<string, string>;
      releaseId?: string;
      trigger?: 'rollback' | 'upload';
    } = {},
  ): Promise<{ id: string; releaseId: string }> {
    for (const [key, value] of Object.entries(options.config ?? {})) {
      const sealed = this.database.sealer.seal(value, `config:${appId}`);
      await this.db.configVar.upsert({
        where: { appId_key: { appId, key } },
        create: { appId, key, sealed },
        update: { sealed },
      });
    }
    const content = {
      image: testImage,
      buildId: null,
      processes: options.processes ?? { web: [...command] },
      port: options.port ?? 8080,
      healthPath: null,
      ...(options.volumes && { manifest: { env: {}, sleep: {}, scale: {}, volumes: options.volumes } }),
    };
    const releaseId =
      options.releaseId ??
      (
        await transaction(this.db, (tx) =>
          createRelease(tx, this.database.sealer, { appId, content, description: 'test', actor: tester }),
        )
      ).id;
    const { deployment } = await acceptDeployment(this.db, {
      appId,
      trigger: options.trigger ?? 'rollback',
      releaseId,
      actor: tester,
    });
    this.runtime.look(appId);
    return { id: deployment.id, releaseId };
  }

  /** Waits for the deployment's end. */
  async ended(id: string, timeoutMs = 60_000) {
    return waitFor(
      'the end of the deployment',
      async () => {
        const row = await this.db.deployment.findUniqueOrThrow({ where: { id } });
        return row.endedAt !== null && row;
      },
      { timeoutMs },
    );
  }

  /** Instances that serve or shall serve: neither history nor on their way out. */
  instances(appId: string) {
    return this.db.instance.findMany({
      where: { appId, status: { notIn: ['stopped', 'draining'] } },
      orderBy: { createdAt: 'asc' },
    });
  }

  /** Waits until exactly so many instances are there, all ready, and nothing else of the app runs. */
  async settled(appId: string, count: number, timeoutMs = 60_000) {
    return waitFor(
      `${count} ready instances and nothing else`,
      async () => {
        const [rows, all] = await Promise.all([this.instances(appId), this.engine.list({ app: appId })]);
        // The release before is kept frozen for a while.
        const containers = all.filter((view) => view.state !== 'paused');
        const ready = rows.every((row) => row.status === 'ready');
        return rows.length === count && containers.length === count && ready && rows;
      },
      { timeoutMs },
    );
  }

  /** Waits until the instance rests frozen, and the work that froze it is over: its last act is the step `drain`. */
  async resting(instanceId: string): Promise<void> {
    await waitFor(
      'the old instance to rest',
      async () => {
        const row = await this.db.instance.findUniqueOrThrow({ where: { id: instanceId } });
        const view = await this.engine.inspect(row.containerId ?? '');
        const drained = await this.db.step.count({ where: { name: 'drain', subject: instanceId } });
        return row.status === 'draining' && view?.state === 'paused' && drained > 0;
      },
      { timeoutMs: 60_000 },
    );
  }

  /** What the app's first routed instance answers, once there is one: rows are written before the edge is told. */
  async visit(host: string, path = '/'): Promise<string> {
    const instance = await waitFor(`a route for ${host}`, () => this.edge.target(host)?.instances[0], {
      timeoutMs: 10_000,
    });
    return get(instance.address, instance.port, path);
  }
}

/** Body of a GET. */
export function get(address: string, port: number, path: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const call = request({ host: address, port, path, agent: false, timeout: 5_000 }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => resolve(Buffer.concat(chunks).toString('utf8')));
    });
    call.once('timeout', () => call.destroy(new Error('no answer')));
    call.once('error', reject);
    call.end();
  });
}
