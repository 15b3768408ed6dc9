import { useRouterState } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { Skeleton } from '../ui/states.tsx';

/** A page is on its way: a thin bar at the top, once that takes longer than a blink. */
export function PendingBar() {
  const t = useT();
  const pending = useRouterState({ select: ({ status }) => status === 'pending' });
  if (!pending) return null;
  return (
    <div
      role="progressbar"
      aria-label={t('state.loading')}
      className="fixed inset-x-0 top-0 z-50 h-0.5 animate-appear overflow-hidden"
    >
      <div className="h-full w-1/3 animate-slide bg-accent" />
    </div>
  );
}

/** In the place of a page that does not come within a second. */
export function PendingPage() {
  return <Skeleton lines={8} className="mx-auto max-w-7xl p-4 sm:p-6" />;
}
