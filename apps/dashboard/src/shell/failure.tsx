import { Link, useRouter, type ErrorComponentProps } from '@tanstack/react-router';
import { Compass } from 'lucide-react';
import { ApiProblem } from '../client/problem.ts';
import { useT } from '../i18n/i18n.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Empty, problemText, ProblemNote } from '../ui/states.tsx';

/** Shown in the place of a page that could not be loaded. */
export function Failure({ error, reset }: ErrorComponentProps) {
  const router = useRouter();
  const t = useT();
  const retry = () => {
    reset();
    void router.invalidate();
  };
  if (error instanceof ApiProblem && error.status === 404) {
    return (
      <Empty icon={<Compass />} heading title={t('state.notFound')}>
        <p className="mb-4">{problemText(error, t)}</p>
        <ToApps />
      </Empty>
    );
  }
  return (
    <div className="mx-auto max-w-2xl py-10">
      <ProblemNote error={error} onRetry={retry} />
    </div>
  );
}

export function NotFound() {
  const t = useT();
  return (
    <Empty icon={<Compass />} heading title={t('state.notFound')}>
      <p className="mb-4">{t('state.notFoundHint')}</p>
      <ToApps />
    </Empty>
  );
}

function ToApps() {
  const t = useT();
  return (
    <Link to="/apps" className={buttonClass('plain')}>
      {t('state.toApps')}
    </Link>
  );
}
