import type { Logger } from 'pino';
import type { Caller } from '#libs/access/caller.js';
import type { Env } from '#libs/config/env.js';
import type { PushRequest, RefCommand } from '#libs/source/git/push-request.js';
import type { PushResult } from '#libs/source/git/push-result.js';
import type { Sealer } from '#libs/secrets/seal.js';
import type { Db } from '#libs/store/db.js';
import type { NoticeListener } from '#libs/store/listener.js';
import type { Deployment } from '#libs/store/sources.js';
import type { BranchKeeper } from './branch-keeper.js';
import type { PushOptions } from './push-options.js';
import type { TargetApp } from './push-target.js';
import type { PushResponse } from './sideband.js';

/** What the steps of a push work with. */
export interface PushParts {
  env: Env;
  db: Db;
  sealer: Sealer;
  listener: NoticeListener;
  log: Logger;
  keeper: BranchKeeper;
  /** Aborts when the process ends. */
  closing: AbortSignal;
}

/** One push under way. */
export interface Push {
  request: PushRequest;
  options: PushOptions;
  response: PushResponse;
  caller: Caller;
  receivedAt: Date;
  app: TargetApp;
  gitDir: string;
}

/** A deployment that a push led to, and the branch that it is of. */
export interface Accepted {
  deployment: Deployment;
  ref: string;
}

/** What a push did to the deployed branch: nothing (no ref), a deployment, or nothing since a newer push overtook it. */
export type Moved =
  { ref: null; deployment?: undefined } | { ref: string; deployment?: undefined } | Accepted;

/** Can the client be shown anything before the end? */
export function showsProgress({ capabilities }: PushRequest): boolean {
  return capabilities.has('side-band-64k');
}

/** Does the client want to know what became of its refs? */
export function wantsReport({ capabilities }: PushRequest): boolean {
  return capabilities.has('report-status') || capabilities.has('report-status-v2');
}

/** The commands that git carried out. */
export function takenCommands(commands: RefCommand[], result: PushResult): RefCommand[] {
  const taken = new Set(result.refs.filter(({ refused }) => refused === null).map(({ ref }) => ref));
  return commands.filter(({ ref }) => taken.has(ref));
}
