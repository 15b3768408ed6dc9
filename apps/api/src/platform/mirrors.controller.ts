import { Body, Controller, Get, HttpCode, Inject, Param, Post, Put } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { AdminOnly } from '#libs/access/declaration.js';
import { CurrentCaller } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import {
  mirrorKind,
  mirrorList,
  mirrorLists,
  newMirrors,
  type MirrorList,
  type MirrorLists,
  type NewMirrors,
} from '#libs/contracts/api/mirrors.js';
import { BerthError } from '#libs/core/errors.js';
import { mirrorKinds, withDefault, type MirrorKind } from '#libs/core/mirrors.js';
import { checkMirrors, rankedMirrors } from '#libs/mirrors/check-mirrors.js';
import type { Db } from '#libs/store/db.js';
import { setMirrors } from '#libs/store/mirrors.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { mirrorListOf } from './mirrors.view.js';

/** Where images and packages come from. */
@ApiTags('Platform')
@Controller('v1/platform/mirrors')
export class MirrorsController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get()
  @AdminOnly()
  @Answers('Mirrors of each kind of registry, in the order in which builds try them', mirrorLists)
  async list(): Promise<MirrorLists> {
    return { items: (await rankedMirrors(this.db, this.env.BERTH_HOME)).map(mirrorListOf) };
  }

  @Post('check')
  @HttpCode(200)
  @AdminOnly()
  @Answers('Ask all mirrors now, and list them as they are then', mirrorLists)
  async check(): Promise<MirrorLists> {
    return { items: (await checkMirrors(this.db, this.env.BERTH_HOME)).map(mirrorListOf) };
  }

  @Put(':kind')
  @AdminOnly()
  @Answers(
    'Give a kind of registry its mirrors, in order; an empty list goes back to the host’s own',
    mirrorList,
  )
  async set(
    @Param('kind') name: string,
    @CurrentCaller() caller: Caller,
    @Body({ schema: newMirrors }) { mirrors }: NewMirrors,
  ): Promise<MirrorList> {
    const kind = kindOf(name);
    await setMirrors(this.db, kind, mirrors.length === 0 ? [] : withDefault(mirrors), actorOf(caller));
    const lists = await checkMirrors(this.db, this.env.BERTH_HOME, { kinds: [kind] });
    return mirrorListOf(lists.find((list) => list.kind === kind) as (typeof lists)[number]);
  }
}

function kindOf(name: string): MirrorKind {
  const kind = mirrorKind.safeParse(name);
  if (kind.success) return kind.data;
  throw new BerthError(
    'mirror_kind_unknown',
    `There are no mirrors of "${name.slice(0, 40)}"; there are those of ${mirrorKinds.join(', ')}.`,
  );
}
