import { Module } from '@nestjs/common';
import { SourcesModule } from '../sources/sources.module.js';
import { GitController } from './git.controller.js';
import { GitService } from './git.service.js';

/** `git push` and `git clone` over HTTP. */
@Module({ imports: [SourcesModule], controllers: [GitController], providers: [GitService] })
export class GitModule {}
