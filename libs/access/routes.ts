import 'reflect-metadata';
import { RequestMethod, type DynamicModule, type Type } from '@nestjs/common';
import { METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import { MetadataScanner } from '@nestjs/core';
import { DECLARATION, type Declaration } from './declaration.js';

export interface Route {
  method: string;
  /** e.g. /v1/apps/:app */
  path: string;
  /** Controller.handler */
  handler: string;
  declaration: Declaration | null;
}

/** Every route of these controllers, as their decorators say. */
export function routesOf(controllers: Iterable<Type>): Route[] {
  return [...controllers].flatMap((controller) => {
    const prototype = controller.prototype as Record<string, object>;
    return new MetadataScanner().getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      const method: RequestMethod | undefined = handler && Reflect.getMetadata(METHOD_METADATA, handler);
      if (handler === undefined || method === undefined) return [];
      const declaration: Declaration | undefined =
        Reflect.getMetadata(DECLARATION, handler) ?? Reflect.getMetadata(DECLARATION, controller);
      return pathsOf(controller).flatMap((prefix) =>
        pathsOf(handler).map((path) => ({
          method: RequestMethod[method],
          path: `/${[prefix, path]
            .map((part) => part.replace(/^\/+|\/+$/g, ''))
            .filter(Boolean)
            .join('/')}`,
          handler: `${controller.name}.${name}`,
          declaration: declaration ?? null,
        })),
      );
    });
  });
}

/** What is wrong with the routes' declarations, a sentence each; empty when nothing is. */
export function declarationProblems(routes: Route[]): string[] {
  return routes.flatMap(({ method, path, handler, declaration }) => {
    if (declaration === null) return [`${method} ${path} (${handler}) does not declare who may call it.`];
    if (declaration.who === 'can' && !/\/:(?:app|addOn|team)(?:\/|$)/.test(path))
      return [`${method} ${path} (${handler}) has @Can() but none of :app, :addOn and :team in its path.`];
    return [];
  });
}

function pathsOf(target: object): string[] {
  const path: string | string[] | undefined = Reflect.getMetadata(PATH_METADATA, target);
  return Array.isArray(path) ? path : [path ?? ''];
}

type Importable = Type | DynamicModule | { forwardRef?: unknown };

/** Controllers of a module and of all that it imports, as its decorators say: nothing is started for it. */
export function controllersOf(root: Importable, seen = new Set<unknown>()): Set<Type> {
  const found = new Set<Type>();
  if (seen.has(root)) return found;
  seen.add(root);
  const dynamic = 'module' in root ? root : null;
  const module = dynamic ? dynamic.module : root;
  const own: Type[] = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) ?? [];
  const imports: Importable[] = Reflect.getMetadata(MODULE_METADATA.IMPORTS, module) ?? [];
  for (const controller of [...own, ...(dynamic?.controllers ?? [])]) found.add(controller);
  for (const imported of [...imports, ...((dynamic?.imports ?? []) as Importable[])])
    for (const controller of controllersOf(imported, seen)) found.add(controller);
  return found;
}
