import { useEffect, useRef } from 'react';
import { useParams, useRouter } from '@tanstack/react-router';
import { useSession } from '../session/session.queries.ts';
import { singleKeysOn } from './chosen.ts';
import { shortcutOf, type Shown } from './shortcuts.ts';

/** So long after `g` its second key may come. */
const PAIR_MS = 1500;
/** Where keys are text, or somebody else's. */
const TYPED_INTO = 'input, textarea, select, [contenteditable], .xterm, dialog[open], [role=menu]';

/** Single keys, wherever nobody types: `/` searches, `n` is a new app, `g` and a letter go somewhere, `?` tells them all. */
export function useShortcuts(onHelp: () => void): void {
  const router = useRouter();
  const { app, team } = useParams({ strict: false });
  const { teams } = useSession();
  const shown: Shown = { app, team: team ?? teams[0]?.slug };
  const latest = useRef({ shown, onHelp });
  useEffect(() => {
    latest.current = { shown, onHelp };
  });
  useEffect(() => {
    let gAt = -Infinity;
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.isComposing || event.ctrlKey || event.metaKey || event.altKey)
        return;
      if (!singleKeysOn() || isElsewhere(event.target)) return;
      const afterG = event.timeStamp - gAt < PAIR_MS;
      gAt = event.key === 'g' && !afterG ? event.timeStamp : -Infinity;
      const found = shortcutOf(event.key, afterG, latest.current.shown);
      if (found === null) return;
      if (found.does === 'search' && !focusSearch()) return;
      event.preventDefault();
      const { app: current } = latest.current.shown;
      if (found.does === 'go') router.history.push(found.to);
      else if (found.does === 'new') router.history.push('/new');
      else if (found.does === 'deploy') router.history.push(`/apps/${current ?? ''}/deploy`);
      else if (found.does === 'help') latest.current.onHelp();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [router]);
}

function isElsewhere(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open], [role=menu]') !== null) return true;
  return target instanceof Element && target.closest(TYPED_INTO) !== null;
}

/** Puts the cursor into the page's own search. Answers whether there is one. */
function focusSearch(): boolean {
  const input = document.querySelector<HTMLInputElement>('#main input[type=search]');
  input?.focus();
  input?.select();
  return input !== null;
}
