import { Readable } from 'node:stream';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Logger } from 'pino';
import { callerOfAuthorization } from '#libs/access/authenticate.js';
import type { Caller } from '#libs/access/caller.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { BerthError } from '#libs/core/errors.js';
import { assertRoom } from '#libs/source/disk.js';
import { ensureEmptyRepository, ensureRepository } from '#libs/source/git/repositories.js';
import { advertise, uploadPack, type GitService as Service } from '#libs/source/git/upload-pack.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { DB, LISTENER, SEALER } from '#libs/store/store.module.js';
import { LOG } from '../log.js';
import { BranchKeeper } from './branch-keeper.js';
import { answerGitError } from './git-errors.js';
import { PushDoor } from './push-door.js';
import { allowedApp, findPushTarget } from './push-target.js';
import { drain, requestBody } from '../http/request-body.js';
import { Slots } from '../http/slots.js';
import { SourceSweeper } from '../sources/source-sweeper.js';

const MB = 1024 * 1024;
/** What a client says it has and wants: 20,000 lines of 50 bytes are 1 MB. */
const NEGOTIATION_MAX = 32 * MB;
const FETCH_MS = 60 * 60_000;
const IDLE_MS = 60_000;
const DRAIN_MS = 10_000;

/** git for people: who may, which repository, and the bytes. */
@Injectable()
export class GitService implements BeforeApplicationShutdown {
  private readonly closing = new AbortController();
  private readonly keeper: BranchKeeper;
  private readonly door: PushDoor;
  // Slow lines hold a slot for long, so there are more of them than cores.
  private readonly pushes = new Slots({ running: 16, waiting: 64, waitMs: 60_000 }, 'pushes');
  private readonly fetches = new Slots({ running: 8, waiting: 64, waitMs: 60_000 }, 'clones and fetches');
  private readonly asks = new Slots({ running: 8, waiting: 256, waitMs: 30_000 }, 'git requests');

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(DB) private readonly db: Db,
    @Inject(SEALER) sealer: Sealer,
    @Inject(LISTENER) listener: NoticeListener,
    @Inject(LOG) private readonly log: Logger,
    @Inject(SourceSweeper) sweeper: SourceSweeper,
  ) {
    this.keeper = new BranchKeeper(env.BERTH_HOME, db, log);
    const parts = { env, db, sealer, listener, log, keeper: this.keeper, closing: this.closing.signal };
    this.door = new PushDoor(parts, this.pushes, (appId) => sweeper.soon(appId));
  }

  beforeApplicationShutdown(): void {
    this.closing.abort(new BerthError('unavailable', 'The platform is restarting; try again in a moment.'));
  }

  /** Signs the caller in and runs the handler; whatever goes wrong is told in git's way. */
  async answer(
    repository: string,
    request: IncomingMessage,
    response: ServerResponse,
    handler: (app: string, caller: Caller) => Promise<void>,
  ): Promise<void> {
    try {
      const caller = await callerOfAuthorization(this.db, request.headers.authorization);
      if (!caller)
        throw new BerthError(
          'unauthenticated',
          'Sign in with any user name and a Berth token as password. Make a token on your settings page.',
        );
      await handler(repository.replace(/\.git$/, ''), caller);
    } catch (error) {
      const { ours } = answerGitError(error, response);
      if (ours) this.log.error({ err: error }, 'A git request failed inside Berth.');
    } finally {
      // A connection with unread bytes on it cannot carry the next request.
      await drain(request, MB, DRAIN_MS);
      if (!request.complete) request.destroy();
    }
  }

  /** What there is: the first request of every push, fetch and clone. */
  async refs(
    app: string,
    caller: Caller,
    service: unknown,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    if (service !== 'git-upload-pack' && service !== 'git-receive-pack')
      throw new BerthError(
        'git_protocol',
        'This is a git repository for git’s smart HTTP protocol; use git to read it.',
      );
    const gitDir = await this.repositoryFor(service, app, caller);
    const release = await this.asks.take();
    try {
      response.writeHead(200, {
        'Content-Type': `application/x-${service}-advertisement`,
        'Cache-Control': 'no-cache, max-age=0, must-revalidate',
      });
      await advertise({
        service,
        gitDir,
        maxPushBytes: this.env.BERTH_MAX_PUSH_MB * MB,
        protocol: protocolOf(request),
        to: response,
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(IDLE_MS)]),
      });
    } finally {
      release();
    }
  }

  async push(app: string, caller: Caller, request: IncomingMessage, response: ServerResponse): Promise<void> {
    demandType(request, 'application/x-git-receive-pack-request');
    await assertRoom(this.env.BERTH_HOME, this.env.BERTH_MIN_FREE_DISK_MB);
    const target = await findPushTarget(this.db, caller, app, this.env.BERTH_CREATE_ON_PUSH);
    await this.door.handle(target, caller, request, response);
  }

  async fetch(
    app: string,
    caller: Caller,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void> {
    demandType(request, 'application/x-git-upload-pack-request');
    const { id } = await allowedApp(this.db, caller, app, 'app.read');
    const gitDir = await ensureRepository(this.env.BERTH_HOME, id);
    const release = await this.fetches.take();
    try {
      const body = requestBody(request, {
        maxBytes: NEGOTIATION_MAX,
        idleMs: IDLE_MS,
        totalMs: FETCH_MS,
        tooLarge: () => new BerthError('git_protocol', 'The client asks for more than a fetch can need.'),
      });
      response.writeHead(200, {
        'Content-Type': 'application/x-git-upload-pack-result',
        'Cache-Control': 'no-cache, max-age=0, must-revalidate',
      });
      await uploadPack({
        gitDir,
        protocol: protocolOf(request),
        from: Readable.from(body, { objectMode: false }),
        to: response,
        signal: AbortSignal.any([this.closing.signal, AbortSignal.timeout(FETCH_MS)]),
      });
    } finally {
      release();
    }
  }

  /** The repository to show; for a name that a push may create, one that is empty. */
  private async repositoryFor(service: Service, name: string, caller: Caller): Promise<string> {
    const home = this.env.BERTH_HOME;
    if (service === 'git-upload-pack')
      return ensureRepository(home, (await allowedApp(this.db, caller, name, 'app.read')).id);
    // Told here, where git shows the reason, rather than after the client has packed everything.
    await assertRoom(home, this.env.BERTH_MIN_FREE_DISK_MB);
    const target = await findPushTarget(this.db, caller, name, this.env.BERTH_CREATE_ON_PUSH);
    if (target.kind === 'new') return ensureEmptyRepository(home);
    const gitDir = await ensureRepository(home, target.app.id);
    // A push that failed while nobody was left to put the branch back is made repeatable here.
    await this.keeper.settle(target.app.id);
    return gitDir;
  }
}

function protocolOf(request: IncomingMessage): string | undefined {
  const header = request.headers['git-protocol'];
  return typeof header === 'string' ? header : undefined;
}

function demandType(request: IncomingMessage, type: string): void {
  if (request.headers['content-type'] !== type)
    throw new BerthError('unsupported_media_type', `Send ${type}, as git does.`);
}
