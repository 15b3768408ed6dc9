import { BerthError, messageOf } from '#libs/core/errors.js';
import { decideOneOff, oneOffsPerApp, type ObservedOneOff } from '#libs/core/one-off.js';
import type { InstanceStatus } from '#libs/core/instance-status.js';
import type { ContainerView } from '#libs/engine/port.js';
import { moveInstance } from '#libs/store/instances.js';
import { addOneOff, noteOneOff, oneOffs, type OneOffRow } from '#libs/store/one-offs.js';
import { manifestOf } from '#libs/store/releases.js';
import type { ToClient } from '#libs/terminal/to-client.js';
import { startFrame } from '#libs/terminal/start-frame.js';
import { byInstance } from '../look/observe.js';
import type { RuntimeContext } from '../runtime-context.js';
import { relay, type Ending } from '../terminal/relay.js';
import { endedBy, type Session, type Terminals } from '../terminal/terminals.js';
import { createOneOff, joinOneOff, startOneOff, type Begun, type Tell } from './begin-one-off.js';
import { mountsOf } from '../volumes/mounts.js';
import { oneOffSpec } from './one-off-spec.js';

/** A person who left does not wait: SIGKILL comes soon after SIGTERM. */
const graceSeconds = 2;

const observed: Record<ContainerView['state'], ObservedOneOff['container']> = {
  created: 'created',
  running: 'running',
  paused: 'running',
  exited: 'ended',
  dead: 'ended',
};

/** One-off instances of this host: started by hand, each with its own command, kept when they end. */
export class OneOffs {
  constructor(
    private readonly context: RuntimeContext,
    private readonly terminals: Terminals,
    private readonly home: string,
  ) {}

  /** `berth run`: a new one, with the client at its streams. Never throws. */
  run(channel: ToClient, appId: string): Promise<void> {
    return this.terminals.hold(channel, { appId, instanceId: null }, async (session) => {
      const { networks, env, sealer, db, fence } = this.context;
      const start = await startFrame(session.frames, 'run');
      const { command, image, terminal, remove, log } = start;
      // Held before there is a row, or a look at the wrong moment would take it for left behind.
      session.place.instanceId = session.id;
      await this.makeRoom(appId);
      const network = await networks.ensure(await teamOf(this.context, appId));
      const row = await addOneOff(db, fence, {
        id: session.id,
        appId,
        networkId: network.id,
        wish: { command, image, terminal: terminal !== null, remove, log },
        expiresAt: this.limit(),
      });
      try {
        const host = {
          berthId: env.BERTH_ID,
          registry: env.BERTH_REGISTRY,
          home: this.home,
          sealer,
          network,
          volumes: await mountsOf(this.context, row.app, manifestOf(row.release)),
        };
        const variables = { ...(terminal && { TERM: terminal.kind }), ...start.env };
        const spec = await oneOffSpec(row, { ...host, env: variables });
        const begun = await createOneOff(this.context, row, spec, channel, tellOf(channel));
        if (terminal !== null) await begun.attachment.resize(terminal);
        await this.follow(session, row, begun);
      } catch (error) {
        // What never ran is of no use to anybody.
        if (!(await this.hasRun(row))) await this.remove(row);
        throw error;
      }
    });
  }

  /** `berth start -ai`: an ended one again, or one that was left. Never throws. */
  attach(channel: ToClient, place: { appId: string; instanceId: string }): Promise<void> {
    const { appId, instanceId: id } = place;
    return this.terminals.hold(channel, { ...place }, async (session) => {
      const { db, fence, networks } = this.context;
      const { terminal } = await startFrame(session.frames, 'attach');
      if (this.terminals.countIn(id) > 1)
        throw new BerthError('one_off_busy', 'Somebody is at its terminal already.');
      const [row] = await oneOffs(db, fence.hostId, { appId, id });
      if (!row?.containerId)
        throw new BerthError('instance_not_found', 'The app has no such one-off (any more).');
      const { containerId } = row;
      const network = await networks.ensure(row.app.teamId);
      await noteOneOff(db, fence, id, { detached: false, expiresAt: this.limit() });
      const begun =
        row.status === 'ended'
          ? await startOneOff(this.context, row, { containerId, network: network.name }, tellOf(channel))
          : await joinOneOff(this.context, row, containerId, tellOf(channel));
      if (terminal !== null) {
        // Another size first: what fills the screen then draws it anew for whoever has just come.
        await begun.attachment.resize({ ...terminal, rows: terminal.rows + 1 });
        await begun.attachment.resize(terminal);
      }
      await this.follow(session, row, begun);
    });
  }

  /** `berth rm`: gone for good. Throws `instance_not_found`, and `one_off_runs` unless forced. */
  async removeById(place: { appId: string; instanceId: string; force: boolean }): Promise<void> {
    const { db, fence } = this.context;
    const [row] = await oneOffs(db, fence.hostId, { appId: place.appId, id: place.instanceId });
    if (!row) throw new BerthError('instance_not_found', 'The app has no such one-off (any more).');
    if (row.status !== 'ended' && !place.force)
      throw new BerthError('one_off_runs', 'It still runs. End it first, or remove it with force.');
    await this.terminals.endIn(row.id);
    await this.remove(row);
  }

  /** Settles what no session looks after: of clients that vanished and runtimes that were killed; of one app, or of all. */
  async look(of: { appId?: string } = {}): Promise<void> {
    const { db, fence, engine, warn } = this.context;
    const rows = await oneOffs(db, fence.hostId, of);
    if (rows.length === 0) return;
    const containers = byInstance(await engine.list());
    for (const row of rows) {
      await this.settle(row, containers.get(row.id)).catch((error: unknown) =>
        warn(`A one-off was not settled: ${messageOf(error)}`, { instanceId: row.id }),
      );
    }
  }

  private async settle(row: OneOffRow, view: ContainerView | undefined): Promise<void> {
    const what = decideOneOff(
      {
        status: row.status as ObservedOneOff['status'],
        container: view === undefined ? 'none' : observed[view.state],
        held: this.terminals.countIn(row.id) > 0,
        detached: row.detached,
        appDeleted: row.app.deletedAt !== null,
        remove: row.wish.remove,
        expiresAt: row.expiresAt?.getTime() ?? null,
        endedAt: row.stoppedAt?.getTime() ?? null,
      },
      Date.now(),
    );
    if (what === 'remove') {
      await this.terminals.endIn(row.id);
      await this.remove(row);
    } else if (what !== 'nothing' && view !== undefined) {
      const reason = row.detached ? 'Its time was over.' : 'Nobody was at its terminal any more.';
      await this.end(row, view.id, what === 'stop' ? reason : null);
    }
  }

  /** From the start of the command to what is left of it. */
  private async follow(session: Session, row: OneOffRow, { containerId, attachment }: Begun): Promise<void> {
    const { engine, db, fence } = this.context;
    const { channel } = session;
    const { terminal } = row.wish;
    const state = async () => {
      const view = await engine.inspect(containerId);
      return {
        running: view?.state === 'running' || view?.state === 'paused',
        exitCode: view?.exitCode ?? null,
      };
    };
    const { totalMs, idleMs } = this.terminals.limits;
    // A task may work for long without a word.
    const limits = { totalMs, idleMs: terminal ? idleMs : totalMs };
    let ending: Ending | null = null;
    try {
      await channel.send({ t: 'started', instance: row.id, terminal });
      ending = await relay({ ...session, process: attachment, state, limits });
      if (ending.how === 'detached') {
        await noteOneOff(db, fence, row.id, { detached: true });
        await channel.send({ t: 'detached', until: (row.expiresAt ?? this.limit()).toISOString() });
      } else if (ending.how !== 'exit') throw endedBy(ending, limits);
    } finally {
      attachment.close();
      if (ending?.how !== 'detached') await this.over(row, containerId, ending);
    }
    if (ending.how === 'exit') await channel.send({ t: 'exit', code: ending.code });
  }

  private async over(row: OneOffRow, containerId: string, ending: Ending | null): Promise<void> {
    if (row.wish.remove) return this.remove(row);
    const reasons = {
      left: 'Its client left.',
      idle: 'Nothing happened for long.',
      time: 'Its time was over.',
    };
    const how = ending?.how ?? 'left';
    await this.end(row, containerId, how === 'exit' || how === 'detached' ? null : reasons[how]);
  }

  /** Sees to it that its process is over, and notes how it ended. */
  private async end(row: OneOffRow, containerId: string, reason: string | null): Promise<void> {
    const { engine, db, fence } = this.context;
    await engine.stop(containerId, graceSeconds);
    const view = await engine.inspect(containerId);
    const from: InstanceStatus[] = ['starting', 'ready'];
    const set = { exitCode: view?.exitCode ?? null, reason, stoppedAt: new Date(), detached: false };
    await moveInstance(db, fence, { id: row.id, to: 'ended', from, set });
  }

  private async remove(row: OneOffRow): Promise<void> {
    const { engine, db, fence, logsWritten } = this.context;
    const view = byInstance(await engine.list({ app: row.appId })).get(row.id);
    if (view !== undefined) {
      // What still runs is stopped first: the end of its log can be waited for.
      if (view.state === 'running') await engine.stop(view.id, graceSeconds);
      await logsWritten(view.id);
      await engine.remove(view.id);
    }
    await moveInstance(db, fence, { id: row.id, to: 'stopped', set: { stoppedAt: new Date() } });
  }

  private async hasRun(row: OneOffRow): Promise<boolean> {
    const { engine } = this.context;
    const view = byInstance(await engine.list({ app: row.appId })).get(row.id);
    return view?.state === 'running' || view?.state === 'exited';
  }

  /** The longest ended of an app's one-offs goes when there are too many. */
  private async makeRoom(appId: string): Promise<void> {
    const { db, fence } = this.context;
    const ended = (await oneOffs(db, fence.hostId, { appId })).filter(({ status }) => status === 'ended');
    for (const row of ended.slice(oneOffsPerApp - 1)) await this.remove(row);
  }

  private limit(): Date {
    return new Date(Date.now() + this.terminals.limits.totalMs);
  }
}

async function teamOf({ db }: RuntimeContext, appId: string): Promise<string> {
  const app = await db.app.findFirst({ where: { id: appId, deletedAt: null }, select: { teamId: true } });
  if (app === null) throw new BerthError('app_not_found', 'The app is gone.');
  return app.teamId;
}

function tellOf(channel: ToClient): Tell {
  return (step) => void channel.send({ t: 'step', ...step });
}
