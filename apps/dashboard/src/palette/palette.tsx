import { useDeferredValue, useEffect, useId, useRef, useState, type KeyboardEvent } from 'react';
import { AppWindow, FileText, Zap } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { classes } from '../ui/classes.ts';
import { Dialog } from '../ui/dialog.tsx';
import { inputClass } from '../ui/field.tsx';
import { useEntries, type Entry } from './entries.ts';

const icons = { app: AppWindow, page: FileText, action: Zap };

/** Goes anywhere and does the common things by typing: a combobox over apps, pages and actions (WAI-ARIA, list). */
export function Palette({ onClose }: { onClose: () => void }) {
  const t = useT();
  return (
    <Dialog open onClose={onClose} title={t('palette.title')} wide>
      <Search onClose={onClose} />
    </Dialog>
  );
}

function Search({ onClose }: { onClose: () => void }) {
  const t = useT();
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [typed, setTyped] = useState('');
  const entries = useEntries(useDeferredValue(typed));
  const [chosen, setChosen] = useState(0);
  const at = Math.min(chosen, entries.length - 1);
  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' });
  }, [at]);
  const run = (entry: Entry | undefined) => {
    if (entry === undefined) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.nativeEvent.isComposing) return;
    const moves: Record<string, number> = {
      ArrowDown: at + 1,
      ArrowUp: at - 1,
      PageDown: at + 8,
      PageUp: at - 8,
    };
    const move = moves[event.key];
    if (move !== undefined) {
      event.preventDefault();
      const single = event.key.startsWith('Arrow');
      const last = entries.length - 1;
      // An arrow goes round, a page stops at the end.
      setChosen(
        single ? (move + entries.length) % Math.max(1, entries.length) : Math.min(last, Math.max(0, move)),
      );
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(entries[at]);
    }
  };
  return (
    <>
      <input
        role="combobox"
        aria-label={t('palette.title')}
        aria-expanded
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={entries[at] ? `${id}-${at}` : undefined}
        autoComplete="off"
        spellCheck={false}
        placeholder={t('palette.placeholder')}
        value={typed}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
        className={inputClass}
      />
      <div
        ref={list}
        id={id}
        role="listbox"
        aria-label={t('palette.found')}
        className="mt-3 max-h-[50vh] overflow-y-auto"
      >
        {entries.map((entry, index) => {
          const Icon = icons[entry.group];
          return (
            <button
              key={entry.id}
              type="button"
              tabIndex={-1}
              id={`${id}-${index}`}
              role="option"
              aria-selected={index === at}
              onPointerMove={() => setChosen(index)}
              onClick={() => run(entry)}
              className={classes(
                'flex w-full items-center gap-2.5 rounded-lg px-3 py-2 text-left text-sm',
                index === at && 'bg-accent-soft text-accent',
              )}
            >
              <Icon aria-hidden className="size-4 shrink-0" />
              <span className="min-w-0 flex-1 truncate">{entry.label}</span>
              <span className="text-xs text-ink-soft">{t(`palette.group.${entry.group}`)}</span>
            </button>
          );
        })}
      </div>
      <p role="status" className="mt-2 text-xs text-ink-soft">
        {entries.length === 0 ? t('palette.none') : t('palette.keys')}
      </p>
    </>
  );
}
