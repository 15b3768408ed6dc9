import { randomUUIDv7 } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Inject, Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { BerthError } from '#libs/core/errors.js';
import type { SnapshotTree } from '#libs/core/snapshot-tree.js';
import { assertRoom } from '#libs/source/disk.js';
import { receiveUpload, type ReceivedUpload } from '#libs/source/uploads/receive-upload.js';
import { openUpload } from '#libs/source/uploads/upload-snapshot.js';
import { removeUpload } from '#libs/source/uploads/upload-store.js';
import { acceptDeployment } from '#libs/store/accept.js';
import type { Db } from '#libs/store/db.js';
import type { Actor } from '#libs/store/events.js';
import { DB } from '#libs/store/store.module.js';
import { sourceMessage } from '../git/text.js';
import { drain, requestBody } from '../http/request-body.js';
import { Slots } from '../http/slots.js';
import { SourceSweeper } from '../sources/source-sweeper.js';

const MB = 1024 * 1024;
const IDLE_MS = 60_000;
const TOTAL_MS = 60 * 60_000;
/** What a refused client may still send before the connection is cut. */
const DRAIN_MS = 60_000;
/** An archive within the limits is checked in seconds. */
const CHECK_MS = 5 * 60_000;

/** Content types that archives come with. Which format it is, its first bytes say. */
const archiveTypes = new Set([
  'application/gzip',
  'application/x-gzip',
  'application/x-gtar',
  'application/x-tar',
  'application/x-tar-gz',
  'application/x-compressed-tar',
  'application/zip',
  'application/x-zip-compressed',
  'application/octet-stream',
]);

/** The door for archives: stream to disk, check every entry, accept a deployment. */
@Injectable()
export class UploadDoor implements BeforeApplicationShutdown {
  private readonly closing = new AbortController();
  private readonly slots = new Slots({ running: 8, waiting: 32, waitMs: 60_000 }, 'uploads');
  private readonly checks = new Slots({ running: 2, waiting: 64, waitMs: CHECK_MS }, 'uploads');

  constructor(
    @Inject(ENV) private readonly env: Env,
    @Inject(DB) private readonly db: Db,
    @Inject(SourceSweeper) private readonly sweeper: SourceSweeper,
  ) {}

  beforeApplicationShutdown(): void {
    this.closing.abort(new BerthError('unavailable', 'The platform is restarting; try again in a moment.'));
  }

  /** Gives the id of the deployment. Throws what tells the sender what to do; then nothing is kept and nothing changes. */
  async take(
    request: IncomingMessage,
    response: ServerResponse,
    upload: { appId: string; message: string | undefined; actor: Actor },
  ): Promise<string> {
    const receivedAt = new Date();
    return this.admit(request, response, upload.actor.id, () =>
      this.receive(request, { ...upload, receivedAt }),
    );
  }

  /** Reads an archive that is not kept. Gives what `use` makes of its files; throws as `take` does, and what `use` throws. */
  async read<T>(
    request: IncomingMessage,
    response: ServerResponse,
    userId: string,
    use: (tree: SnapshotTree) => Promise<T>,
  ): Promise<T> {
    return this.admit(request, response, userId, async () => {
      const home = this.env.BERTH_HOME;
      const id = randomUUIDv7();
      await this.receiveChecked(home, id, this.bodyOf(request));
      try {
        const tree = await openUpload({ home, sourceId: id, signal: this.closing.signal });
        return await use(tree).finally(() => tree.close());
      } finally {
        await removeUpload(home, id);
      }
    });
  }

  private async admit<T>(
    request: IncomingMessage,
    response: ServerResponse,
    userId: string | null,
    work: () => Promise<T>,
  ): Promise<T> {
    try {
      this.demandArchive(request);
      await assertRoom(this.env.BERTH_HOME, this.env.BERTH_MIN_FREE_DISK_MB);
      const release = await this.slots.take(userId);
      try {
        return await work();
      } finally {
        release();
      }
    } catch (error) {
      // A client that still sends would not read the answer.
      if (!request.complete) {
        response.setHeader('Connection', 'close');
        await drain(request, this.maxBytes, DRAIN_MS);
      }
      throw error;
    }
  }

  private async receive(
    request: IncomingMessage,
    {
      appId,
      message,
      actor,
      receivedAt,
    }: { appId: string; message?: string; actor: Actor; receivedAt: Date },
  ): Promise<string> {
    const home = this.env.BERTH_HOME;
    const id = randomUUIDv7();
    const { format, sha256, sizeBytes } = await this.receiveChecked(home, id, this.bodyOf(request));
    try {
      const { deployment } = await acceptDeployment(this.db, {
        appId,
        trigger: 'upload',
        actor,
        receivedAt,
        source: {
          id,
          kind: 'upload',
          format,
          sha256,
          sizeBytes,
          message: sourceMessage(message),
        },
      });
      this.sweeper.soon(appId);
      return deployment.id;
    } catch (error) {
      await removeUpload(home, id);
      throw error;
    }
  }

  private bodyOf(request: IncomingMessage): AsyncIterable<Buffer> {
    return requestBody(request, {
      maxBytes: this.maxBytes,
      idleMs: IDLE_MS,
      totalMs: TOTAL_MS,
      tooLarge: () => this.tooLarge(),
      signal: this.closing.signal,
    });
  }

  private async receiveChecked(
    home: string,
    sourceId: string,
    body: AsyncIterable<Buffer>,
  ): Promise<ReceivedUpload> {
    const tooSlow = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    try {
      return await receiveUpload({
        home,
        sourceId,
        body,
        takeTurn: async () => {
          const endTurn = await this.checks.take();
          timer = setTimeout(() => tooSlow.abort(tookTooLong()), CHECK_MS);
          return endTurn;
        },
        signal: AbortSignal.any([this.closing.signal, tooSlow.signal]),
      });
    } finally {
      clearTimeout(timer);
    }
  }

  private demandArchive(request: IncomingMessage): void {
    const type = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
    if (type === undefined || !archiveTypes.has(type))
      throw new BerthError(
        'unsupported_media_type',
        'Send the archive itself as the body, with Content-Type application/gzip, application/x-tar or application/zip.',
      );
    if (request.headers['content-encoding'] !== undefined)
      throw new BerthError('encoding_unknown', 'Send the archive without Content-Encoding.');
    if (Number(request.headers['content-length'] ?? 0) > this.maxBytes) throw this.tooLarge();
  }

  private get maxBytes(): number {
    return this.env.BERTH_MAX_UPLOAD_MB * MB;
  }

  private tooLarge(): BerthError {
    return new BerthError(
      'upload_too_large',
      `The archive is larger than ${this.env.BERTH_MAX_UPLOAD_MB} MiB, the limit of this platform (BERTH_MAX_UPLOAD_MB). Leave out what can be fetched or built, such as node_modules.`,
      { details: { maxBytes: this.maxBytes } },
    );
  }
}

function tookTooLong(): BerthError {
  return new BerthError(
    'source_too_large',
    `Checking the archive took longer than ${CHECK_MS / 60_000} minutes. Send fewer files.`,
  );
}
