import { lazy, Suspense, useEffect, useState } from 'react';
import { Search } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';

const Palette = lazy(async () => ({ default: (await import('./palette.tsx')).Palette }));
const isMac = navigator.platform.startsWith('Mac');

/** Opens the command palette, by click or Ctrl-K (on a Mac Command-K); its script is loaded then. */
export function PaletteButton() {
  const t = useT();
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const held = isMac ? event.metaKey : event.ctrlKey;
      if (event.key.toLowerCase() !== 'k' || !held || event.altKey || event.shiftKey) return;
      // In an app's terminal the keys are the shell's.
      if (event.target instanceof Element && event.target.closest('.xterm') !== null) return;
      event.preventDefault();
      setOpen((now) => !now);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, []);
  return (
    <>
      <Button
        small
        look="quiet"
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
        onClick={() => setOpen(true)}
      >
        <Search aria-hidden />
        <span className="sr-only">{t('palette.title')}</span>
        <kbd className="hidden rounded border border-line px-1 text-xs text-ink-soft lg:inline">
          {isMac ? '⌘K' : 'Ctrl K'}
        </kbd>
      </Button>
      {open && (
        <Suspense fallback={null}>
          <Palette onClose={() => setOpen(false)} />
        </Suspense>
      )}
    </>
  );
}
