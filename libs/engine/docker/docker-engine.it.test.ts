import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import Docker from 'dockerode';
import { describe, expect, it, vi } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { describeEngineContract, type EngineHarness } from '../contract.js';
import { label } from '../port.js';
import { parseDockerHost } from './client.js';
import { DockerEngine } from './docker-engine.js';

const dockerHost = process.env.DOCKER_HOST ?? 'unix:///var/run/docker.sock';
/** Any Debian minbase: it has bash and perl. */
const image = process.env.BERTH_TEST_IMAGE ?? 'berth/dev-base:trixie';

const perlListen =
  'use IO::Socket::INET; my $s = IO::Socket::INET->new(LocalAddr=>"0.0.0.0",LocalPort=>8080,Listen=>16,ReuseAddr=>1) or die $!; while (my $c = $s->accept) { print $c "hi\\n"; close $c }';

let networks = 0;

async function harness(): Promise<EngineHarness> {
  const berthId = randomBytes(3).toString('hex');
  networks += 1;
  const subnet = `10.79.${networks % 250}`;
  return {
    berthId,
    engine: new DockerEngine({ dockerHost, berthId }),
    image,
    missingImage: `${process.env.BERTH_REGISTRY ?? '127.0.0.1:5000'}/berth/nowhere:none`,
    network: {
      name: `berth-${berthId}-team`,
      bridge: `b${berthId}t1`,
      subnet: `${subnet}.0/24`,
      gateway: `${subnet}.1`,
      labels: { [label.id]: berthId },
    },
    addresses: [`${subnet}.2`, `${subnet}.3`],
    commands: {
      speak: [
        'bash',
        '-c',
        'echo out one; sleep 0.1; echo err two >&2; sleep 0.1; echo out three; sleep 600',
      ],
      exit3: ['bash', '-c', 'exit 3'],
      listen: ['perl', '-e', perlListen],
      ignoreTerm: ['bash', '-c', 'trap "" TERM; while true; do sleep 1; done'],
      missing: ['no-such-command'],
      echo: ['cat'],
      whichStdin: ['bash', '-c', 'test -t 0 && echo terminal || echo streams'],
      tellSize: ['bash', '-c', 'trap "stty size" WINCH; echo ready; while true; do sleep 0.1; done'],
      count: ['bash', '-c', 'echo x >> /kept/lines && wc -l < /kept/lines; sleep 600'],
      clingOn: ['bash', '-c', 'trap "" HUP; setsid sleep 600 & echo up; while true; do sleep 1; done'],
    },
    close: async () => {},
  };
}

describeEngineContract('docker', harness);

/** The one container of a test, without its command. */
const tenant = ({ berthId, network, addresses }: EngineHarness) => ({
  name: `berth-${berthId}-one`,
  image,
  env: {},
  labels: { [label.id]: berthId },
  network: network.name,
  address: addresses[0],
  limits: { memoryMb: 64, cpus: 0.5, pids: 64 },
  graceSeconds: 1,
});

describe('docker: what a tenant gets', () => {
  /** Runs a command under the baseline and gives its output. */
  async function output(
    command: string[],
    memoryMb = 64,
    from = image,
  ): Promise<{ text: string; exitCode: number | null; oomKilled: boolean; written: number }> {
    const given = await harness();
    const { engine, network } = given;
    await engine.ensureNetwork(network);
    try {
      const limits = { memoryMb, cpus: 0.5, pids: 64 };
      const { id } = await engine.create({ ...tenant(given), image: from, command, limits });
      await engine.start(id);
      const end = await waitFor(
        'the end',
        async () => {
          const view = await engine.inspect(id);
          return view?.state === 'exited' && view;
        },
        { timeoutMs: 20_000 },
      );
      const lines = [];
      for await (const line of engine.logs(id, { follow: false })) lines.push(line.text);
      const written = (await engine.written()).get(id) ?? 0;
      return { text: lines.join('\n'), exitCode: end.exitCode, oomKilled: end.oomKilled, written };
    } finally {
      for (const view of await engine.list()) await engine.remove(view.id);
      await engine.removeNetwork(network.name);
    }
  }

  it('no capability, no new privileges, a seccomp filter', async () => {
    const { text } = await output([
      'grep',
      '-E',
      '^(CapEff|CapBnd|NoNewPrivs|Seccomp):',
      '/proc/self/status',
    ]);
    expect(text.split('\n').map((line) => line.split(/\s+/))).toEqual([
      ['CapEff:', '0000000000000000'],
      ['CapBnd:', '0000000000000000'],
      ['NoNewPrivs:', '1'],
      ['Seccomp:', '2'],
    ]);
  });

  it('stdin at its end, /tmp writable, open files limited, and what it writes counted', async () => {
    const script = 'cat; echo x > /tmp/x && cat /tmp/x; ulimit -n; head -c 3000000 /dev/zero > /var/x';
    const { text, exitCode, written } = await output(['bash', '-c', script]);
    expect({ text, exitCode }).toEqual({ text: 'x\n16384', exitCode: 0 });
    expect(written).toBeGreaterThanOrEqual(3_000_000);
  });

  it('a volume for the user that it runs as, by name, with what the image has there, and nobody else’s', async () => {
    const docker = new Docker(parseDockerHost(dockerHost).options);
    const given = await harness();
    const { engine, berthId, network } = given;
    await engine.ensureNetwork(network);
    const foreign = `berth-${berthId}-foreign`;
    await docker.createVolume({ Name: foreign });
    const spec = { ...tenant(given), command: ['sleep', '600'] };
    const volume = (name: string, path: string) => ({ name, path, labels: { [label.id]: berthId } });
    const [kept, home] = [`berth-${berthId}-kept`, `berth-${berthId}-home`];
    try {
      await expect(engine.create({ ...spec, volumes: [volume(foreign, '/data')] })).rejects.toMatchObject({
        code: 'conflict',
      });
      await engine.removeVolume(foreign);
      expect(await docker.getVolume(foreign).inspect()).toMatchObject({ Name: foreign });
      await engine.create({
        ...spec,
        user: 'www-data',
        volumes: [volume(kept, '/kept'), volume(home, '/etc/skel')],
      });
      const { Mountpoint } = await docker.getVolume(kept).inspect();
      expect(await stat(Mountpoint)).toMatchObject({ uid: 33, gid: 33 });
      expect(await engine.volumeBytes(home)).toBeGreaterThan(await engine.volumeBytes(kept).then(Number));
    } finally {
      for (const view of await engine.list()) await engine.remove(view.id);
      for (const name of [kept, home]) await engine.removeVolume(name);
      await docker.getVolume(foreign).remove();
      await engine.removeNetwork(network.name);
    }
  });

  it('what it writes to a volume that its image declares counted, too', async () => {
    const docker = new Docker(parseDockerHost(dockerHost).options);
    const bare = await docker.createContainer({ Image: image, Cmd: ['true'] });
    const { Id } = (await bare.commit({ changes: 'VOLUME /data' })) as { Id: string };
    await bare.remove();
    try {
      const { written } = await output(['bash', '-c', 'head -c 3000000 /dev/zero > /data/x'], 64, Id);
      expect(written).toBeGreaterThanOrEqual(3_000_000);
    } finally {
      await docker.getImage(Id).remove();
    }
  });

  it('the files that the Engine writes for it, which even root cannot fill the host’s disk with', async () => {
    const append = 'for f in hosts hostname resolv.conf; do (echo x >> /etc/$f) 2>/dev/null || echo $f; done';
    const { text } = await output([
      'bash',
      '-c',
      `id -u; ${append}; hostname > /dev/null; grep -c 10.79 /etc/hosts`,
    ]);
    expect(text.split('\n')).toEqual(['0', 'hosts', 'hostname', 'resolv.conf', '1']);
  });

  it('death by its own memory limit, with the reason', async () => {
    const { exitCode, oomKilled } = await output(['perl', '-e', 'my @a; push @a, "x" x 1048576 while 1'], 32);
    expect({ exitCode, oomKilled }).toEqual({ exitCode: 137, oomKilled: true });
  });

  it('its own cgroup namespace and process tree', async () => {
    const { text } = await output(['bash', '-c', 'cat /proc/self/cgroup; ls -d /proc/[0-9]*']);
    expect(text).not.toContain('berth-dev');
    expect(text).not.toMatch(/[0-9a-f]{64}/);
    expect(text.match(/\/proc\/\d+/g)?.length).toBeLessThan(6);
  });

  it.each([
    ['made by Berth before it starts', 0],
    ['made by the Engine, where Berth is not root', 1000],
  ])('its own address within the team network, %s', async (_, uid) => {
    const asked = vi.spyOn(process, 'getuid').mockReturnValue(uid);
    try {
      const { text } = await output([
        'bash',
        '-c',
        'cat /proc/net/fib_trie /etc/hosts; echo x >> /etc/hosts',
      ]);
      expect(text).toMatch(/32 host LOCAL/);
      expect(text).toMatch(/10\.79\.\d+\.2\s+berth-/);
      if (uid === 0) expect(text).toContain('/etc/hosts: ');
    } finally {
      asked.mockRestore();
    }
  });
});

describe('docker: a command beside a tenant’s own', () => {
  it('has no more rights than the container', async () => {
    const given = await harness();
    const { engine, berthId, network, commands } = given;
    await engine.ensureNetwork(network);
    try {
      const { id } = await engine.create({ ...tenant(given), command: commands.listen });
      await engine.start(id);
      const command = ['grep', '-hE', '^(CapEff|CapBnd|NoNewPrivs|Seccomp):', '/proc/self/status'];
      const exec = await engine.exec(id, { id: berthId, command, env: {}, terminal: null });
      let text = '';
      for await (const { data } of exec.output) text += data.toString();
      expect(text.trim().split(/\s+/)).toEqual([
        'CapEff:',
        '0000000000000000',
        'CapBnd:',
        '0000000000000000',
        'NoNewPrivs:',
        '1',
        'Seccomp:',
        '2',
      ]);
    } finally {
      for (const view of await engine.list()) await engine.remove(view.id);
      await engine.removeNetwork(network.name);
    }
  });
});

describe('docker: an Engine that cannot be reached', () => {
  it('is said to be unreachable', async () => {
    const engine = new DockerEngine({ dockerHost: 'unix:///nonexistent/docker.sock', berthId: 'abcdef' });
    await expect(engine.list()).rejects.toMatchObject({ code: 'unreachable' });
  });

  it('is told from a registry that cannot be reached', async () => {
    const { engine } = await harness();
    await expect(engine.ensureImage('127.0.0.1:1/nowhere:none')).rejects.toMatchObject({
      code: 'registry_unreachable',
    });
  });
});
