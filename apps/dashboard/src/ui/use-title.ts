import { useEffect } from 'react';
import { announce } from './announcer.tsx';

/** Names the page in the browser's tab and history, and to screen readers. */
export function useTitle(...parts: string[]): void {
  const title = [...parts, 'Berth'].join(' · ');
  useEffect(() => {
    document.title = title;
    announce(title);
  }, [title]);
}
