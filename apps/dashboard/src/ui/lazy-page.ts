import type { ReactNode } from 'react';
import { lazyRouteComponent, type AsyncRouteComponent } from '@tanstack/react-router';

/** Waits before each further try of a page's script that could not be loaded. */
const PAUSES_MS = [300, 1000, 3000];

type Page = () => ReactNode;

/** A page whose script is loaded when it is first shown, with patience for a network that comes back. */
export function lazyPage<K extends string>(
  load: () => Promise<Record<K, Page>>,
  name: K,
): AsyncRouteComponent<object> {
  return lazyRouteComponent(async () => ({ Page: (await patiently(load))[name] }), 'Page');
}

async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }
  return load();
}
