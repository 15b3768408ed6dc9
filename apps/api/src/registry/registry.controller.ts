import { All, Controller, Get, Inject, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { HandlerDecides } from '#libs/access/declaration.js';
import { RegistryDoor } from './registry-door.js';

/**
 * The distribution API below `/v2/`, for the teams' own docker clients: `docker push HOST/TEAM/APP`. Outside of `/v1`: registries have their
 * own ways to sign in and to tell of errors.
 */
@ApiExcludeController()
@Controller('v2')
@HandlerDecides('registry clients are challenged for a token of their own, by the distribution specification')
export class RegistryController {
  constructor(@Inject(RegistryDoor) private readonly door: RegistryDoor) {}

  @Get('token')
  token(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.door.token(request, response);
  }

  @All()
  base(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.door.answer(request, response);
  }

  @All('*path')
  any(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.door.answer(request, response);
  }
}
