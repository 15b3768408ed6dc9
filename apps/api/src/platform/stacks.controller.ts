import { Controller, Get, Inject, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { actorOf, type Caller } from '#libs/access/caller.js';
import { AdminOnly } from '#libs/access/declaration.js';
import { CurrentCaller } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { rebuiltApps, stackList, type RebuiltApps, type StackList } from '#libs/contracts/api/stacks.js';
import { BerthError } from '#libs/core/errors.js';
import type { Db } from '#libs/store/db.js';
import { DB } from '#libs/store/store.module.js';
import { rebuildLive } from '../deployments/doors.js';
import { summaryOf } from '../deployments/show.js';
import { Answers } from '../http/answers.js';
import { stackImages, stackImagesMade } from '../plan/stack-images.js';
import { appsOnStacks } from './apps-on-stacks.js';

/** The images that languages are built and run on. */
@ApiTags('Platform')
@Controller('v1/platform/stacks')
export class StacksController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get()
  @AdminOnly()
  @Answers('Stack images in force, how old they are, and the apps that stand on older ones', stackList)
  async list(): Promise<StackList> {
    const inForce = await stackImages(this.env.BERTH_HOME);
    const made = await stackImagesMade(this.env.BERTH_HOME);
    const { behind, current } = await appsOnStacks(this.db, inForce);
    // A new base leaves those on top of it to be made anew when somebody needs them.
    const names = new Set([...Object.keys(inForce), ...behind.flatMap(({ stacks }) => stacks)]);
    return {
      items: [...names].map((name) => ({
        name,
        image: inForce[name] ?? null,
        madeAt: made[inForce[name] ?? ''] ?? null,
        current: current.get(name) ?? 0,
        behind: behind
          .filter(({ stacks }) => stacks.includes(name))
          .map(({ team, app, release }) => ({ team, app, release })),
      })),
    };
  }

  @Post('rebuild')
  @AdminOnly()
  @Answers(
    'Build every app that stands on an older stack image again, from its live source',
    rebuiltApps,
    202,
  )
  async rebuild(@CurrentCaller() caller: Caller): Promise<RebuiltApps> {
    const actor = actorOf(caller);
    const answer: RebuiltApps = { accepted: [], refused: [] };
    const { behind } = await appsOnStacks(this.db, await stackImages(this.env.BERTH_HOME));
    for (const { appId, team, app } of behind) {
      try {
        const id = await rebuildLive(this.db, appId, actor);
        answer.accepted.push({ team, deployment: await summaryOf(this.db, id) });
      } catch (error) {
        // A full quota, or an app that goes meanwhile: the others are built all the same.
        if (!(error instanceof BerthError)) throw error;
        answer.refused.push({ team, app, reason: error.message });
      }
    }
    return answer;
  }
}
