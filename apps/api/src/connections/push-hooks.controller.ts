import { Controller, Inject, Post, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { HandlerDecides } from '#libs/access/declaration.js';
import { pushHookAnswer, type PushHookAnswer } from '#libs/contracts/api/connections.js';
import { BerthError } from '#libs/core/errors.js';
import type { Sealer } from '#libs/secrets/seal.js';
import { readPushHook } from '#libs/source/git/push-hook.js';
import type { Db } from '#libs/store/db.js';
import { connectionOf, hookSecretOf, wantFetch } from '#libs/store/git-connections.js';
import { DB, SEALER } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import type { RawBody } from '../http/json-body.js';
import { IdParam } from '../http/params.js';
import { Fetcher } from './fetcher.js';

/** Where git servers tell of pushes. */
@ApiTags('Git servers')
@Controller('v1/hooks/git')
@HandlerDecides('a git server shows that it knows the secret of the connection by its signature')
export class PushHooksController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(SEALER) private readonly sealer: Sealer,
    @Inject(Fetcher) private readonly fetcher: Fetcher,
  ) {}

  @Post(':id')
  @Answers(
    'A git server tells of a push: GitHub, GitLab, Gitea or Forgejo, as application/json, signed with the secret of the connection',
    pushHookAnswer,
    202,
  )
  async pushed(@IdParam() appId: string, @Req() request: RawBody): Promise<PushHookAnswer> {
    // Whether there is no such app, no connection or no signature is nobody's business.
    const refused = new BerthError(
      'hook_refused',
      'This is not signed with the secret of a connection. Take the address and the secret that `berth connect` showed, and application/json.',
    );
    const connection = await connectionOf(this.db, appId).catch((cause: unknown) => {
      throw cause instanceof BerthError ? refused : cause;
    });
    const body = request.rawBody ?? Buffer.alloc(0);
    const hook = readPushHook(request.headers, body, hookSecretOf(this.sealer, connection));
    if (hook === null) throw refused;
    if (hook.kind !== 'push') return { fetches: false, reason: 'It is no push.' };
    if (hook.ref !== `refs/heads/${connection.branch}`)
      return { fetches: false, reason: `The app is deployed from ${connection.branch}.` };
    if (/^0+$/.test(hook.commit)) return { fetches: false, reason: 'The branch was deleted.' };
    await wantFetch(this.db, appId, { again: false });
    this.fetcher.ask();
    return { fetches: true, reason: null };
  }
}
