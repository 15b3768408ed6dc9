import { randomUUIDv7 } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Logger } from 'pino';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { originFor, platformUrl, type Env } from '#libs/config/env.js';
import { deploymentError } from '#libs/contracts/deployment-error.js';
import { imageLayer } from '#libs/contracts/build-plan.js';
import { BerthError, messageOf } from '#libs/core/errors.js';
import { appHost } from '#libs/core/names.js';
import { readCommit } from '#libs/source/git/commits.js';
import { readPushRequest, type PushRequest, type RefCommand } from '#libs/source/git/push-request.js';
import { encodePushResult, refuse, refuseAll, type PushResult } from '#libs/source/git/push-result.js';
import { receivePack } from '#libs/source/git/receive-pack.js';
import { changeRefs, readRefs, sourceRef, type RefChange } from '#libs/source/git/refs.js';
import { ensureRepository } from '#libs/source/git/repositories.js';
import { acceptDeployment } from '#libs/store/accept.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import { appendLogLines } from '#libs/store/log-lines.js';
import type { Deployment, DeploymentOutcome } from '#libs/store/sources.js';
import type { BranchKeeper } from './branch-keeper.js';
import { defaultBranch, deployBranch, shortName } from './deploy-branch.js';
import { followDeployment } from './follow-deployment.js';
import { parsePushOptions, type PushOptions } from './push-options.js';
import {
  detail,
  endLines,
  logLine,
  phase,
  refusalReason,
  stepLine,
  warning,
  type ReportEnd,
} from './push-report.js';
import { createPushedApp, type PushTarget, type TargetApp } from './push-target.js';
import { drain, requestBody } from '../http/request-body.js';
import { PushResponse } from './sideband.js';
import type { Slots } from '../http/slots.js';

const MB = 1024 * 1024;
const IDLE_MS = 60_000;
const RECEIVE_MS = 60 * 60_000;
/** A deployment that takes longer is no longer watched; it goes on. */
const FOLLOW_MS = 60 * 60_000;
/** What a client whose push was refused may still send before the connection is cut. */
const DRAIN_MS = 5 * 60_000;
const NOTES_MAX = 10;

export interface PushDoorParts {
  env: Env;
  db: Db;
  listener: NoticeListener;
  log: Logger;
  keeper: BranchKeeper;
  /** Pushes that are being received. */
  slots: Slots;
  /** Called after each push with the app's id, to tidy up. */
  afterPush: (appId: string) => void;
  /** Aborts when the process ends. */
  closing: AbortSignal;
}

interface Push {
  request: PushRequest;
  options: PushOptions;
  response: PushResponse;
  caller: Caller;
  receivedAt: Date;
  app: TargetApp;
  gitDir: string;
}

/** A deployment that a push led to, and the branch that it is of. */
interface Accepted {
  deployment: Deployment;
  ref: string;
}

/** What a push did to the deployed branch: nothing (no ref), a deployment, or nothing since a newer push overtook it. */
type Moved = { ref: null; deployment?: undefined } | { ref: string; deployment?: undefined } | Accepted;

/**
 * The door for `git push`: takes the pack in, accepts a deployment when the deployed branch moved, shows it live, and lets the
 * push succeed or fail with it.
 */
export class PushDoor {
  constructor(private readonly parts: PushDoorParts) {}

  async handle(
    target: PushTarget,
    caller: Caller,
    incoming: IncomingMessage,
    outgoing: ServerResponse,
  ): Promise<void> {
    const receivedAt = new Date();
    const maxBytes = this.parts.env.BERTH_MAX_PUSH_MB * MB;
    const body = requestBody(incoming, {
      maxBytes,
      idleMs: IDLE_MS,
      totalMs: RECEIVE_MS,
      tooLarge: () => tooLarge(this.parts.env.BERTH_MAX_PUSH_MB),
      signal: this.parts.closing,
    });
    try {
      const request = await readPushRequest(body);
      const response = new PushResponse(outgoing, request.capabilities.has('side-band-64k'));
      // git asks this way whether its credentials are good, before it sends much.
      if (request.commands.length === 0) return await response.finish(null);
      try {
        await this.push(target, caller, request, body, response, receivedAt);
      } catch (error) {
        await this.refuse(request, response, error, incoming, maxBytes);
      }
    } finally {
      await body.return(undefined);
      // A connection with unread bytes on it cannot carry the next request.
      await drain(incoming, MB, IDLE_MS);
      if (!incoming.complete) incoming.destroy();
    }
  }

  private async push(
    target: PushTarget,
    caller: Caller,
    request: PushRequest,
    body: AsyncGenerator<Buffer>,
    response: PushResponse,
    receivedAt: Date,
  ): Promise<void> {
    const options = parsePushOptions(request.options);
    const app =
      target.kind === 'app'
        ? target.app
        : await createPushedApp(this.parts.db, caller, target.name, options.team);
    const gitDir = await ensureRepository(this.parts.env.BERTH_HOME, app.id);
    const push: Push = { request, options, response, caller, receivedAt, app, gitDir };

    const done = this.parts.keeper.begin(app.id);
    let result: PushResult | null = null;
    let moved: Moved = { ref: null };
    try {
      result = await this.receive(push, body);
      if (target.kind === 'new') await response.lines([phase(`Created app ${app.name}`)]);
      if (result) moved = await this.accept(push, result);
    } finally {
      done();
      if (!moved.deployment) await this.settle(app.id);
    }
    if (!result) throw new BerthError('git_failed', 'git broke off while it took the push in; push again.');
    await this.note(push, result, moved.ref);
    const reasons = await this.reasonsToRefuse(push, result, moved);
    await this.finish(push, refuse(result, reasons));
    this.parts.afterPush(app.id);
  }

  /** Lets git check and store what came, and move the refs. */
  private async receive(push: Push, body: AsyncGenerator<Buffer>): Promise<PushResult | null> {
    const release = await this.parts.slots.take();
    try {
      const { result } = await receivePack({
        gitDir: push.gitDir,
        head: push.request.head,
        rest: body,
        sideband: push.request.capabilities.has('side-band-64k'),
        maxBytes: this.parts.env.BERTH_MAX_PUSH_MB * MB,
        signal: this.parts.closing,
        onTaken: () => push.response.begin(),
        onProgress: (text) => push.response.progress(text),
      });
      return result;
    } finally {
      release();
    }
  }

  /** Accepts a deployment when the deployed branch now is at a commit of this push. */
  private accept(push: Push, result: PushResult): Promise<Moved> {
    return this.parts.keeper.locked(push.app.id, async () => {
      const taken = takenCommands(push.request.commands, result);
      const refs = await readRefs(push.gitDir, 'refs/heads');
      const ref = deployBranch(refs);
      if (ref !== null) await this.parts.keeper.pointHead(push.app.id, ref);
      const command = taken.find((one) => one.ref === ref);
      if (ref === null || !command || command.to === null) return { ref: null };
      // The branch orders pushes: whoever finds it moved on was overtaken.
      if (refs.get(ref) !== command.to) return { ref };
      return { deployment: await this.acceptCommit(push, ref, command.to), ref };
    });
  }

  private async acceptCommit(push: Push, ref: string, commit: string): Promise<Deployment> {
    const { message, author, hasSubmodules } = await readCommit(push.gitDir, commit);
    const id = randomUUIDv7();
    await changeRefs(push.gitDir, [{ ref: sourceRef(id), to: commit, from: null }]);
    try {
      const { deployment } = await acceptDeployment(this.parts.db, {
        appId: push.app.id,
        trigger: 'git',
        actor: actorOf(push.caller),
        receivedAt: push.receivedAt,
        source: { id, kind: 'git', commit, ref, message, author },
      });
      if (hasSubmodules) await this.warnOfSubmodules(deployment.id);
      await push.response.lines([
        phase(`Deployment #${deployment.number} of ${push.app.name}: ${commit.slice(0, 7)} ${message}`),
      ]);
      return deployment;
    } catch (error) {
      await changeRefs(push.gitDir, [{ ref: sourceRef(id), to: null }]);
      throw error;
    }
  }

  private warnOfSubmodules(deploymentId: string): Promise<void> {
    const text =
      'The commit has submodules; Berth does not fetch them. Commit their files instead if the app needs them.';
    return appendLogLines(this.parts.db, deploymentId, [{ at: new Date(), kind: 'warning', text }]);
  }

  /** Says what became of everything that was not deployed. */
  private async note(push: Push, result: PushResult, deployed: string | null): Promise<void> {
    const lines = push.options.unknown.map((option) =>
      warning(`Push option "${option}" is not known and was ignored.`),
    );
    const stored = takenCommands(push.request.commands, result).filter(
      ({ ref, to }) => to !== null && ref !== deployed,
    );
    const branch = shortName(deployBranch(await readRefs(push.gitDir, 'refs/heads')) ?? defaultBranch);
    for (const { ref } of stored.slice(0, NOTES_MAX))
      lines.push(phase(`${shortName(ref)} is stored, not deployed; push to ${branch} to deploy`));
    if (stored.length > NOTES_MAX) lines.push(detail(`and ${stored.length - NOTES_MAX} more`));
    const kept = push.request.commands.find(({ ref, to }) => to === null && shortName(ref) === branch);
    if (kept && result.refs.some((one) => one.ref === kept.ref && one.refused !== null))
      lines.push(
        warning(
          `${branch} is what Berth deploys, so it is not deleted. To take the app down, delete the app.`,
        ),
      );
    await push.response.lines(lines);
  }

  /** What of git's own report has to be turned into a refusal, and why. */
  private async reasonsToRefuse(push: Push, result: PushResult, moved: Moved): Promise<Map<string, string>> {
    if (moved.deployment) return this.watch(push, result, moved);
    if (moved.ref === null) return new Map();
    const end: ReportEnd = { status: 'superseded', by: null };
    await push.response.lines(endLines(end));
    return new Map([[moved.ref, refusalReason(end) ?? 'superseded']]);
  }

  /** Shows the deployment until its end; gives the refs to refuse, with reasons, when it did not go live. */
  private async watch(push: Push, result: PushResult, accepted: Accepted): Promise<Map<string, string>> {
    if (!push.options.wait || !this.canReport(push)) {
      await push.response.lines([
        detail(`Not waiting for it. Watch it at ${this.watchUrl(push.app, accepted)}`),
        '',
      ]);
      void this.settleAfter(push.app.id, accepted).catch((error) => this.logFailure(error));
      return new Map();
    }
    const outcome = await this.follow(push, accepted);
    if (outcome === undefined) {
      await push.response.lines([
        '',
        warning('The platform is restarting, or this takes very long; the deployment goes on by itself.'),
        detail(`Watch it at ${this.watchUrl(push.app, accepted)}`),
        '',
      ]);
      return new Map();
    }
    const end = this.endOf(push, accepted, outcome);
    const reason = refusalReason(end);
    await push.response.lines(endLines(end));
    if (reason === null) return new Map();
    const refs = push.request.capabilities.has('atomic')
      ? await this.undoOthers(push, result, accepted.ref)
      : [];
    await this.settle(push.app.id);
    return new Map([accepted.ref, ...refs].map((ref) => [ref, reason]));
  }

  /** Without sidebands nothing can be shown meanwhile, and nothing keeps the connection alive: such clients do not wait. */
  private canReport({ request: { capabilities } }: Push): boolean {
    return capabilities.has('side-band-64k');
  }

  /** Undefined: it did not end while this process watched. */
  private async follow(push: Push, { deployment }: Accepted): Promise<DeploymentOutcome | null | undefined> {
    const signal = AbortSignal.any([this.parts.closing, AbortSignal.timeout(FOLLOW_MS)]);
    let starting = false;
    try {
      for await (const one of followDeployment(this.parts.db, this.parts.listener, deployment.id, signal)) {
        if (one.kind === 'end') return one.outcome;
        const line = one.kind === 'line' ? logLine(one.line) : stepLine(one.step);
        if (line === null) continue;
        const lines = one.kind === 'step' && !starting ? [phase('Starting'), line] : [line];
        starting ||= one.kind === 'step';
        // A client that went away misses the lines; the end is waited for all the same, for the branch's sake.
        await push.response.lines(lines);
      }
    } catch (error) {
      this.logFailure(error);
    }
    return undefined;
  }

  private async settleAfter(appId: string, { deployment }: Accepted): Promise<void> {
    const signal = AbortSignal.any([this.parts.closing, AbortSignal.timeout(FOLLOW_MS)]);
    for await (const one of followDeployment(this.parts.db, this.parts.listener, deployment.id, signal)) {
      if (one.kind === 'end') await this.settle(appId);
    }
  }

  private endOf(push: Push, accepted: Accepted, outcome: DeploymentOutcome | null): ReportEnd {
    const branch = shortName(accepted.ref);
    const serving = outcome?.app.liveRelease ?? null;
    switch (outcome?.status) {
      case 'live':
        return this.liveEnd(push, outcome);
      case 'failed': {
        const error = deploymentError.safeParse(outcome.error);
        return { status: 'failed', error: error.success ? error.data : null, serving, branch };
      }
      case 'superseded':
        return { status: 'superseded', by: outcome.supersededBy };
      default:
        return { status: 'cancelled', serving, branch };
    }
  }

  private liveEnd(push: Push, outcome: DeploymentOutcome): ReportEnd {
    const { env } = this.parts;
    const build = outcome.release?.build ?? null;
    const layers = imageLayer.array().safeParse(build?.layers);
    return {
      status: 'live',
      release: outcome.release?.number ?? 0,
      imageBytes: build?.imageBytes == null ? null : Number(build.imageBytes),
      changedLayers: layers.success ? layers.data.filter(({ reused }) => !reused).length : null,
      url: originFor(env, appHost(push.app.name, env.BERTH_APPS_DOMAIN)),
      ms: (outcome.endedAt ?? new Date()).getTime() - push.receivedAt.getTime(),
    };
  }

  /** `--atomic`: all or nothing, so the other refs go back too, unless somebody moved them since. Gives their names. */
  private async undoOthers(push: Push, result: PushResult, deployed: string): Promise<string[]> {
    const others = takenCommands(push.request.commands, result).filter(({ ref }) => ref !== deployed);
    const changes: RefChange[] = others.map(({ ref, from, to }) => ({ ref, to: from, from: to }));
    const undone = await this.parts.keeper.locked(push.app.id, () => changeRefs(push.gitDir, changes));
    return undone ? others.map(({ ref }) => ref) : [];
  }

  private async finish({ request, response }: Push, result: PushResult): Promise<void> {
    await response.finish(reports(request) ? encodePushResult(result) : null);
  }

  /** Tells why nothing of a push was taken, in a way that git shows; then lets the client finish sending. */
  private async refuse(
    request: PushRequest,
    response: PushResponse,
    error: unknown,
    incoming: IncomingMessage,
    maxBytes: number,
  ): Promise<void> {
    if (!(error instanceof BerthError)) this.logFailure(error);
    const known = error instanceof BerthError && error.code !== 'git_failed';
    const message = known
      ? messageOf(error)
      : 'Something went wrong inside Berth; nothing was deployed. Push again.';
    await drain(incoming, maxBytes, DRAIN_MS);
    await response.lines(['', ...message.split('\n').map((line) => warning(line)), '']);
    const refs = request.commands.map(({ ref }) => ref);
    const reason = error instanceof BerthError ? error.code.replaceAll('_', ' ') : 'internal error';
    await response.finish(reports(request) ? encodePushResult(refuseAll(refs, reason)) : null);
  }

  private async settle(appId: string): Promise<void> {
    try {
      await this.parts.keeper.settle(appId);
    } catch (error) {
      // The next push settles it.
      this.logFailure(error);
    }
  }

  private watchUrl(app: TargetApp, { deployment }: Accepted): string {
    return `${platformUrl(this.parts.env)}/apps/${app.name}/deployments/${deployment.number}`;
  }

  private logFailure(error: unknown): void {
    this.parts.log.error({ err: error }, 'A push failed inside Berth.');
  }
}

function takenCommands(commands: RefCommand[], result: PushResult): RefCommand[] {
  const taken = new Set(result.refs.filter(({ refused }) => refused === null).map(({ ref }) => ref));
  return commands.filter(({ ref }) => taken.has(ref));
}

function reports({ capabilities }: PushRequest): boolean {
  return capabilities.has('report-status') || capabilities.has('report-status-v2');
}

function tooLarge(limitMb: number): BerthError {
  return new BerthError(
    'push_too_large',
    `The push is larger than ${limitMb} MB, the limit of this platform (BERTH_MAX_PUSH_MB). Take large files out of the history, such as node_modules or videos.`,
  );
}
