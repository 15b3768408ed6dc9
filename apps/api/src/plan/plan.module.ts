import { Module } from '@nestjs/common';
import { UploadsModule } from '../uploads/uploads.module.js';
import { PlanController } from './plan.controller.js';
import { PlanMaker } from './plan-maker.js';

/** Explains before anything is built. */
@Module({ imports: [UploadsModule], controllers: [PlanController], providers: [PlanMaker] })
export class PlanModule {}
