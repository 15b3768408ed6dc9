import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { waitFor } from '#libs/core/wait.js';
import { deleteApp } from '#libs/store/apps.js';
import { restartInstance } from '#libs/store/instance-restart.js';
import { giveUpVolume, volumesWithUse } from '#libs/store/volumes.js';
import { tester } from '../../../../test/support/database.js';
import { commands, TestHost } from '../it-support.js';
import { volumeName } from './mounts.js';
import { measureVolumes } from './volume-keeper.js';

const soon = { timeoutMs: 60_000 };
vi.setConfig({ testTimeout: 180_000 });
let host: TestHost;
beforeAll(async () => {
  host = await TestHost.open();
});
afterAll(() => host.close());

/** Ends with 9 where another one uses the volume, and counts whoever did not. */
const taking = `use Fcntl ':flock'; open(my $l, '>>', '/data/lock') or die $!; flock($l, LOCK_EX | LOCK_NB) or exit 9; syswrite $l, 'x';`;
/** Answers with its release, and how often something was started on the volume. */
const serve = ['perl', '-e', `${taking} $ENV{GREETING} = -s $l; ${commands.serve[2]}`];
const volumes = { data: '/data' };
const deploy = async (appId: string, command = serve, options: object = { volumes }) =>
  host.ended((await host.deploy(appId, command, options)).id);
const answers = (name: string, answer: string) =>
  waitFor(answer, async () => (await host.visit(name).catch(() => '')) === answer, soon);
const volumeOf = async (appId: string) => {
  const [row] = await host.db.volume.findMany({ where: { appId } });
  return volumeName(host.berthId, row!.id);
};
const isGone = (volume: string) =>
  waitFor('the volume to be gone', async () => (await host.engine.volumeBytes(volume)) === null, soon);

describe('an app with a volume', () => {
  it('runs one release at a time, and gets the old one back when the new one fails', async () => {
    const { appId, teamId, host: name } = await host.app();
    expect((await deploy(appId)).status).toBe('live');
    expect((await deploy(appId)).status).toBe('live');
    await answers(name, 'r2 2');
    expect(await deploy(appId, ['bash', '-c', 'exit 7'])).toMatchObject({
      status: 'failed',
      error: { code: 'exited' },
    });
    await answers(name, 'r2 3');
    const [running] = await host.instances(appId);
    await restartInstance(host.db, { appId, teamId, instanceId: running!.id, actor: tester });
    host.runtime.look(appId);
    await answers(name, 'r2 4');
    const first = await host.db.release.findFirstOrThrow({ where: { appId, number: 1 } });
    expect((await deploy(appId, serve, { releaseId: first.id })).status).toBe('live');
    await answers(name, 'r1 5');
    // Nobody met another one on the way.
    expect(
      await host.db.instance.count({ where: { appId, OR: [{ exitCode: 9 }, { restarts: { gt: 0 } }] } }),
    ).toBe(0);
  });

  it('changes releases while it is frozen, and by runtimes that are killed on the way', async () => {
    const drowsy = { sleep: { enabled: true, freezeAfterSeconds: 3_600, stopAfterSeconds: 7_200 } };
    const { appId, host: name } = await host.app(drowsy);
    await deploy(appId);
    const asleep = async () => (await host.runtime.context!.sleepers.sleep(appId)) === null;
    await waitFor('it to fall asleep', asleep, soon);
    const frozen = async () => (await host.instances(appId)).every((row) => row.status === 'frozen');
    await waitFor('it to be frozen', frozen, soon);
    const { id } = await host.deploy(appId, serve, { volumes });
    await waitFor('visitors to be held', () => host.edge.target(name)?.state === 'starting', soon);
    await host.runtime.stop();
    await host.boot();
    expect((await host.ended(id)).status).toBe('live');
    await answers(name, 'r2 2');
  });

  it('lets a release command at the files once the old release has left them, and gives them back when it fails', async () => {
    const { appId, host: name } = await host.app();
    await deploy(appId);
    const migrate = (code: number) => ['perl', '-e', `${taking} exit ${code}`];
    const withCommand = async (code: number) => {
      const processes = { web: serve, release: migrate(code) };
      return deploy(appId, serve, { volumes, processes, trigger: 'upload' });
    };
    expect((await withCommand(0)).status).toBe('live');
    await answers(name, 'r2 3');
    expect(await withCommand(3)).toMatchObject({
      status: 'failed',
      error: { code: 'release_command_failed' },
    });
    await answers(name, 'r2 5');
  });

  it('keeps what no release names any more until it is removed, and loses all with the app', async () => {
    const { appId, teamId } = await host.app();
    const app = { id: appId, teamId };
    await deploy(appId);
    const data = await volumeOf(appId);
    await measureVolumes(host.runtime.context!);
    expect(await volumesWithUse(host.db, appId)).toMatchObject([
      { name: 'data', path: '/data', sizeBytes: expect.any(BigInt) },
    ]);
    await expect(giveUpVolume(host.db, app, 'data', tester)).rejects.toMatchObject({ code: 'volume_in_use' });
    const renamed = serve.map((word) => word.replace('/data/lock', '/kept/lock'));
    await deploy(appId, renamed, { volumes: { kept: '/kept' } });
    // The release before rests for a while, unless it has a volume.
    await host.settled(appId, 1);
    expect(await volumesWithUse(host.db, appId)).toMatchObject([
      { name: 'data', path: null },
      { name: 'kept' },
    ]);
    expect(await host.engine.volumeBytes(data)).not.toBeNull();
    await giveUpVolume(host.db, app, 'data', tester);
    await isGone(data);
    const kept = await volumeOf(appId);
    // Killed half way: the next one goes on.
    await host.runtime.stop();
    await deleteApp(host.db, appId, tester);
    await host.boot();
    await isGone(kept);
    await waitFor('no row', async () => (await host.db.volume.count({ where: { appId: null } })) === 0, soon);
  });
});
