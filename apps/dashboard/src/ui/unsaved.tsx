import { useEffect } from 'react';
import { useBlocker } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { Confirm } from './confirm.tsx';

/** How many things on the page hold what is not saved. */
let unsaved = 0;

/** While `dirty`, leaving the page asks first. */
export function useUnsaved(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    unsaved += 1;
    return () => {
      unsaved -= 1;
    };
  }, [dirty]);
}

/** Asks before what is typed and not saved goes with the page that holds it. */
export function UnsavedGuard() {
  const t = useT();
  const leaving = useBlocker({
    shouldBlockFn: ({ current, next }) => unsaved > 0 && current.pathname !== next.pathname,
    enableBeforeUnload: () => unsaved > 0,
    withResolver: true,
  });
  return (
    <Confirm
      open={leaving.status === 'blocked'}
      title={t('unsaved.title')}
      action={t('unsaved.leave')}
      danger
      onConfirm={() => leaving.proceed?.()}
      onClose={() => leaving.reset?.()}
    >
      {t('unsaved.about')}
    </Confirm>
  );
}
