import { Module } from '@nestjs/common';
import { SourceSweeper } from './source-sweeper.js';

/** What both doors for source code share. */
@Module({ providers: [SourceSweeper], exports: [SourceSweeper] })
export class SourcesModule {}
