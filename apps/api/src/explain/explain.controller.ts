import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp } from '#libs/access/request.js';
import type { Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { explainView, type ExplainView } from '#libs/contracts/api/explain.js';
import type { AppWithTeam } from '#libs/store/apps.js';
import type { Db } from '#libs/store/db.js';
import { explainFacts, imagesWith } from '#libs/store/explain-queries.js';
import { DB } from '#libs/store/store.module.js';
import { Answers } from '../http/answers.js';
import { urlsOf } from '../apps/app.view.js';
import { explainLayers } from './layers.js';
import { layersOf, sharingOf } from './sharing.js';

@ApiTags('Explain')
@Controller('v1/apps/:app/explain')
export class ExplainController {
  constructor(
    @Inject(DB) private readonly db: Db,
    @Inject(ENV) private readonly env: Env,
  ) {}

  @Get()
  @Can('app.read')
  @Answers('Who owns what in the stack under this app, with the real things in it', explainView)
  async explain(@CurrentApp() app: AppWithTeam): Promise<ExplainView> {
    const facts = await explainFacts(this.db, app);
    const own = layersOf(facts.release?.build?.layers);
    const images = await imagesWith(
      this.db,
      app.id,
      own.map(({ digest }) => digest),
    );
    return {
      sharing: sharingOf(own, app.teamId, images),
      app: app.name,
      release: facts.release?.number ?? null,
      layers: explainLayers({ app, ...facts, ...urlsOf(this.env, app) }),
    };
  }
}
