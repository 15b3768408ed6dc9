import { useId, useLayoutEffect, useRef, type ReactNode } from 'react';
import { X } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { IconButton } from './button.tsx';
import { classes } from './classes.ts';

/**
 * A modal dialog on the browser's own <dialog>: it keeps the focus, closes on Escape and gives the focus back. (Radix's
 * dialog adds a <style> to lock scrolling, which the Content-Security-Policy refuses.)
 */
export function Dialog(props: {
  open: boolean;
  onClose: () => void;
  title: ReactNode;
  children: ReactNode;
  /** Work is under way: Escape and the cross do nothing. */
  locked?: boolean;
  wide?: boolean;
  /** What is behind it is nobody's business meanwhile. */
  hidesPage?: boolean;
}) {
  const t = useT();
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Closed before it goes from the page: only then does the browser give the focus back.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null || !props.open) return;
    dialog.showModal();
    // Where something is to be written, the cross at the top is not where to begin.
    dialog.querySelector<HTMLElement>('input, textarea, select')?.focus();
    return () => dialog.close();
  }, [props.open]);
  return (
    <dialog
      ref={ref}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        if (!props.locked) props.onClose();
      }}
      className={classes(
        'm-auto w-[calc(100vw-2rem)] rounded-2xl border border-line bg-surface p-0 text-ink shadow-card',
        'max-h-[calc(100dvh-2rem)]',
        props.wide ? 'max-w-2xl' : 'max-w-lg',
        props.hidesPage && 'backdrop:bg-canvas!',
      )}
    >
      {props.open && (
        <div className="p-5">
          <header className="mb-4 flex items-start justify-between gap-4">
            <h2 id={titleId} className="text-lg font-semibold">
              {props.title}
            </h2>
            {!props.hidesPage && (
              <IconButton small label={t('action.close')} disabled={props.locked} onClick={props.onClose}>
                <X aria-hidden />
              </IconButton>
            )}
          </header>
          {props.children}
        </div>
      )}
    </dialog>
  );
}

export function DialogActions({ children }: { children: ReactNode }) {
  return <div className="mt-5 flex flex-wrap justify-end gap-2">{children}</div>;
}
