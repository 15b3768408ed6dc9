import { Controller, Get, Inject, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { HandlerDecides } from '#libs/access/declaration.js';
import { GitService } from './git.service.js';

/**
 * git's smart HTTP protocol below `/git/APP.git` (`.git` may be left out). Outside of `/v1`: git clients have ways of their own to
 * sign in and to be told of errors.
 */
@ApiExcludeController()
@Controller('git/:repository')
@HandlerDecides('git signs in by Basic with a token as password, and a first push may create its app')
export class GitController {
  constructor(@Inject(GitService) private readonly git: GitService) {}

  @Get('info/refs')
  refs(
    @Param('repository') repository: string,
    @Query('service') service: unknown,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.git.answer(repository, request, response, (app, caller) =>
      this.git.refs(app, caller, service, request, response),
    );
  }

  @Post('git-receive-pack')
  push(
    @Param('repository') repository: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.git.answer(repository, request, response, (app, caller) =>
      this.git.push(app, caller, request, response),
    );
  }

  @Post('git-upload-pack')
  fetch(
    @Param('repository') repository: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.git.answer(repository, request, response, (app, caller) =>
      this.git.fetch(app, caller, request, response),
    );
  }
}
