import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Caller } from '#libs/access/caller.js';
import { BerthError } from '#libs/core/errors.js';
import { readPushRequest, type PushRequest, type RefCommand } from '#libs/source/git/push-request.js';
import { encodePushResult, refuse, refuseAll, type PushResult } from '#libs/source/git/push-result.js';
import { receivePack } from '#libs/source/git/receive-pack.js';
import { readRefs } from '#libs/source/git/refs.js';
import { ensureRepository } from '#libs/source/git/repositories.js';
import { problemOf } from '../http/problem.js';
import { drain, requestBody } from '../http/request-body.js';
import type { Slots } from '../http/slots.js';
import { acceptPush } from './accept-push.js';
import { deployBranch, mainBranch, shortName } from './deploy-branch.js';
import { parsePushOptions } from './push-options.js';
import { detail, phase, warning } from './push-report.js';
import { branchesToPreview, previewBranches } from './preview-push.js';
import { createPushedApp, type PushTarget } from './push-target.js';
import { showsProgress, takenCommands, wantsReport, type Moved, type Push, type PushParts } from './push.js';
import { PushResponse } from './sideband.js';
import { watchPush } from './watch-push.js';

const MB = 1024 * 1024;
const IDLE_MS = 60_000;
const RECEIVE_MS = 60 * 60_000;
/** What a client whose push was refused may still send before the connection is cut. */
const DRAIN_MS = 5 * 60_000;
const NOTES_MAX = 10;

/**
 * The door for `git push`: takes the pack in, accepts a deployment when the deployed branch moved, shows it live, and lets the
 * push succeed or fail with it.
 */
export class PushDoor {
  constructor(
    private readonly parts: PushParts,
    /** Pushes that are being received. */
    private readonly slots: Slots,
    /** Called after each push with the app's id, to tidy up. */
    private readonly afterPush: (appId: string) => void,
  ) {}

  /** Answers a push. Throws only before the answer has begun: what then goes wrong is told in git's own way. */
  async handle(
    target: PushTarget,
    caller: Caller,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const receivedAt = new Date();
    const body = requestBody(incoming, {
      maxBytes: this.maxBytes,
      idleMs: IDLE_MS,
      totalMs: RECEIVE_MS,
      tooLarge: () => tooLarge(this.parts.env.BERTH_MAX_PUSH_MB),
      signal: this.parts.closing,
    });
    try {
      const request = await readPushRequest(body);
      const response = new PushResponse(outgoing, showsProgress(request));
      // git asks this way whether its credentials are good, before it sends much.
      if (request.commands.length === 0) return await response.finish(null);
      try {
        await this.push(target, { caller, request, response, receivedAt }, body);
      } catch (error) {
        await drain(incoming, this.maxBytes, DRAIN_MS);
        await this.refuse(request, response, error);
      }
    } finally {
      await body.return(undefined);
    }
  }

  private async push(
    target: PushTarget,
    known: Pick<Push, 'caller' | 'request' | 'response' | 'receivedAt'>,
    body: AsyncGenerator<Buffer>,
  ): Promise<void> {
    const options = parsePushOptions(known.request.options);
    const app =
      target.kind === 'app'
        ? target.app
        : await createPushedApp(this.parts.db, known.caller, target.name, options.team);
    const gitDir = await ensureRepository(this.parts.env.BERTH_HOME, app.id);
    const push: Push = { ...known, options, app, gitDir };
    const { result, moved } = await this.take(push, body, target.kind === 'new');
    const previewed = await branchesToPreview(this.parts.db, push, result);
    await this.note(push, result, [moved.ref, ...previewed.map(({ ref }) => ref)]);
    const reasons = await watchPush(this.parts, push, result, moved);
    const others = await previewBranches(this.parts, push, result, previewed);
    await this.finish(push, refuse(result, new Map([...reasons, ...others])));
    this.afterPush(app.id);
  }

  /** Takes the pack in and accepts what it leads to. Whatever happens, the deployed branch is left honest. */
  private async take(
    push: Push,
    body: AsyncGenerator<Buffer>,
    created: boolean,
  ): Promise<{ result: PushResult; moved: Moved }> {
    const accounted = this.parts.keeper.begin(push.app.id);
    let moved: Moved = { ref: null };
    try {
      const result = await this.receive(push, body);
      if (created) await push.response.lines([phase(`Created app ${push.app.name}`)]);
      moved = await acceptPush(this.parts, push, result);
      return { result, moved };
    } finally {
      accounted();
      if (!moved.deployment) await this.parts.keeper.settle(push.app.id);
    }
  }

  /** Lets git check and store what came, and move the refs. */
  private async receive(push: Push, body: AsyncGenerator<Buffer>): Promise<PushResult> {
    const release = await this.slots.take(push.caller.user.id);
    try {
      const result = await receivePack({
        gitDir: push.gitDir,
        head: push.request.head,
        rest: body,
        sideband: showsProgress(push.request),
        maxBytes: this.maxBytes,
        signal: this.parts.closing,
        onTaken: () => push.response.begin(),
        onProgress: (text) => push.response.progress(text),
      });
      if (result) return result;
      if (wantsReport(push.request))
        throw new BerthError('git_failed', 'git broke off while it took the push in.');
      // The client wanted no report, so git wrote none: what became of the refs is read from them.
      return this.readResult(push);
    } finally {
      release();
    }
  }

  private async readResult({ request, gitDir }: Push): Promise<PushResult> {
    const refs = await readRefs(gitDir, 'refs/');
    return {
      unpack: 'ok',
      refs: request.commands.map(({ ref, to }) => ({
        ref,
        refused: (refs.get(ref) ?? null) === to ? null : 'refused',
        options: [],
      })),
    };
  }

  /** Says what became of everything that was not deployed. */
  private async note(push: Push, result: PushResult, deployed: (string | null)[]): Promise<void> {
    const lines = push.options.unknown.map((option) =>
      warning(`Push option "${option}" is not known and was ignored.`),
    );
    const others = push.request.commands.filter(({ ref }) => !deployed.includes(ref));
    if (others.length > 0) {
      const branch = deployBranch(await readRefs(push.gitDir, 'refs/heads')) ?? mainBranch;
      lines.push(...storedNotes(takenCommands(others, result), branch), ...keptNotes(others, result, branch));
    }
    await push.response.lines(lines);
  }

  private async finish({ request, response }: Push, result: PushResult): Promise<void> {
    await response.finish(wantsReport(request) ? encodePushResult(result) : null);
  }

  /** Tells why nothing of a push was deployed, in a way that git shows. */
  private async refuse(request: PushRequest, response: PushResponse, error: unknown): Promise<void> {
    const { body, ours } = problemOf(error);
    if (ours) this.parts.log.error({ err: error, errorId: body.errorId }, 'A push failed inside Berth.');
    await response.lines(['', ...body.detail.split('\n').map((line) => warning(line)), '']);
    const reason = body.code.replaceAll('_', ' ');
    const refs = request.commands.map(({ ref }) => ref);
    await response.finish(wantsReport(request) ? encodePushResult(refuseAll(refs, reason)) : null);
  }

  private get maxBytes(): number {
    return this.parts.env.BERTH_MAX_PUSH_MB * MB;
  }
}

function storedNotes(taken: RefCommand[], branch: string): string[] {
  const stored = taken.filter(({ to }) => to !== null);
  const notes = stored
    .slice(0, NOTES_MAX)
    .map(({ ref }) =>
      phase(`${shortName(ref)} is stored, not deployed; push to ${shortName(branch)} to deploy`),
    );
  return stored.length > NOTES_MAX ? [...notes, detail(`and ${stored.length - NOTES_MAX} more`)] : notes;
}

function keptNotes(commands: RefCommand[], result: PushResult, branch: string): string[] {
  const refused = new Set(result.refs.filter((one) => one.refused !== null).map(({ ref }) => ref));
  const kept = commands.some(({ ref, to }) => to === null && ref === branch && refused.has(ref));
  if (!kept) return [];
  const name = shortName(branch);
  return [
    warning(`${name} is what Berth deploys, so it is not deleted. To take the app down, delete the app.`),
  ];
}

function tooLarge(limitMb: number): BerthError {
  return new BerthError(
    'push_too_large',
    `The push is larger than ${limitMb} MiB, the limit of this platform (BERTH_MAX_PUSH_MB). Take large files out of the history, such as node_modules or videos; "git ls-tree -r -l HEAD | sort -nk 4 | tail" lists the largest.`,
  );
}
