import { Controller, Get } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { SignedIn } from '#libs/access/declaration.js';
import { exampleList, type ExampleList } from '#libs/contracts/api/examples.js';
import { Answers } from '../http/answers.js';
import { projectRoot } from '../paths.js';
import { readExamples } from './read-examples.js';

@ApiTags('Apps')
@Controller('v1/examples')
export class ExamplesController {
  @Get()
  @SignedIn('read')
  @Answers('Example apps that come with Berth, with their files: to deploy and to learn from', exampleList)
  async list(): Promise<ExampleList> {
    return { items: await readExamples(new URL('examples/', projectRoot)), next: null };
  }
}
