import { Module } from '@nestjs/common';
import { SourcesModule } from '../sources/sources.module.js';
import { UploadDoor } from './upload-door.js';
import { UploadsController } from './uploads.controller.js';

/** Archives of source code over REST. */
@Module({
  imports: [SourcesModule],
  controllers: [UploadsController],
  providers: [UploadDoor],
  exports: [UploadDoor],
})
export class UploadsModule {}
