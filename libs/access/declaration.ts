import { applyDecorators, SetMetadata } from '@nestjs/common';
import type { Ability, Scope } from '#libs/core/roles.js';

/** Who may call a route. Every route has exactly one; one without stops the start (libs/access/routes.ts). */
export type Declaration =
  | { who: 'public' }
  | { who: 'signed-in'; scope: Scope }
  | { who: 'can'; ability: Ability }
  | { who: 'admin' }
  | { who: 'handler'; why: string };

export const DECLARATION = 'berth:access';

/** Anybody, signed in or not. */
export const Public = () => declare({ who: 'public' });

/** Anybody who is signed in, if their credential has this scope; the handler shows them only what is theirs. */
export const SignedIn = (scope: Scope) => declare({ who: 'signed-in', scope });

/** Who may do this to the app `:app`, the add-on `:addOn` or the team `:team` of the path, by libs/core/roles.ts; for others it does not exist. */
export const Can = (ability: Ability) => declare({ who: 'can', ability });

/** Administrators of the platform. */
export const AdminOnly = () => declare({ who: 'admin' });

/**
 * The handler itself authenticates and authorises (with libs/access/authenticate.ts and authorize.ts), because its protocol has
 * ways of its own: git asks by Basic and may create the app. Say why.
 */
export const HandlerDecides = (why: string) => declare({ who: 'handler', why });

function declare(declaration: Declaration): MethodDecorator & ClassDecorator {
  return applyDecorators(SetMetadata(DECLARATION, declaration));
}
