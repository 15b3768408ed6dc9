import { Controller, Get, Inject } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Can } from '#libs/access/declaration.js';
import { CurrentApp } from '#libs/access/request.js';
import { platformUrl, type Env } from '#libs/config/env.js';
import { ENV } from '#libs/config/env.module.js';
import { framingView, type FramingView } from '#libs/contracts/api/framing.js';
import type { App } from '#libs/store/apps.js';
import { Answers } from '../http/answers.js';
import { askFraming } from './ask-framing.js';
import { urlsOf } from './app.view.js';

@ApiTags('Apps')
@Controller('v1/apps/:app/framing')
export class FramingController {
  constructor(@Inject(ENV) private readonly env: Env) {}

  @Get()
  @Can('app.read')
  @Answers(
    'May the app’s first page be shown in a frame of the dashboard? Asks the app, and wakes it',
    framingView,
  )
  show(@CurrentApp() app: App): Promise<FramingView> {
    return askFraming({
      port: this.env.BERTH_ACTIVATOR_PORT,
      host: new URL(urlsOf(this.env, app).url).host,
      origin: platformUrl(this.env),
    });
  }
}
