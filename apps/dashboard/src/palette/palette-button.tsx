import { useCallback, useEffect, useState, type ComponentType } from 'react';
import { Search } from 'lucide-react';
import { patiently } from '../client/patiently.ts';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { useNotify } from '../ui/notices.tsx';

type PaletteType = ComponentType<{ onClose: () => void }>;
const isMac = navigator.platform.startsWith('Mac');

/** Opens the command palette, by click or Ctrl-K (on a Mac Command-K); its script is loaded then. */
export function PaletteButton() {
  const t = useT();
  const notify = useNotify();
  const [open, setOpen] = useState(false);
  const [Palette, setPalette] = useState<PaletteType | null>(null);
  useEffect(() => {
    if (!open || Palette !== null) return;
    patiently(() => import('./palette.tsx')).then(
      (loaded) => setPalette(() => loaded.Palette),
      () => {
        setOpen(false);
        notify(t('state.unreachable'), 'bad');
      },
    );
  }, [open, Palette, notify, t]);
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
  const close = useCallback(() => setOpen(false), []);
  return (
    <>
      <Button
        small
        look="quiet"
        aria-keyshortcuts={isMac ? 'Meta+K' : 'Control+K'}
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
      >
        <Search aria-hidden />
        <span className="sr-only">{t('palette.title')}</span>
        <kbd className="hidden rounded border border-line px-1 text-xs text-ink-soft lg:inline">
          {isMac ? '⌘K' : 'Ctrl K'}
        </kbd>
      </Button>
      {open && Palette !== null && <Palette onClose={close} />}
    </>
  );
}
