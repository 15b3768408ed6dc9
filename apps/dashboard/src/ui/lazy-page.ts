import type { ReactNode } from 'react';
import { lazyRouteComponent, type AsyncRouteComponent } from '@tanstack/react-router';
import { patiently } from '../client/patiently.ts';

type Page = () => ReactNode;

/** A page whose script is loaded when it is first shown. */
export function lazyPage<K extends string>(
  load: () => Promise<Record<K, Page>>,
  name: K,
): AsyncRouteComponent<object> {
  return lazyRouteComponent(async () => ({ Page: (await patiently(load))[name] }), 'Page');
}
