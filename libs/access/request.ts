import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Role } from '#libs/core/roles.js';
import type { AppWithTeam } from '#libs/store/apps.js';
import type { Team } from '#libs/store/teams.js';
import type { Caller } from './caller.js';

/** What the guard found out about a request. */
export interface Access {
  team: Team;
  role: Role;
  /** Where the path names an app. */
  app: AppWithTeam | null;
}

export interface AccessRequest extends Request {
  /** Set by passport. */
  user?: Caller;
  access?: Access;
}

/** The caller; on routes that are open to all: undefined for strangers. */
export const CurrentCaller = createParamDecorator(
  (_: unknown, context: ExecutionContext) => requestOf(context).user,
);

/** The app that the path names, on routes with `@Can`. */
export const CurrentApp = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const app = requestOf(context).access?.app;
  if (!app) throw new Error('@CurrentApp() needs a route with @Can() and :app.');
  return app;
});

/** The team that the path names, or that owns the app it names, and the caller's role in it. */
export const CurrentTeam = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const access = requestOf(context).access;
  if (!access) throw new Error('@CurrentTeam() needs a route with @Can() and :team or :app.');
  return access;
});

export function requestOf(context: ExecutionContext): AccessRequest {
  return context.switchToHttp().getRequest<AccessRequest>();
}
