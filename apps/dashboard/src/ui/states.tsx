import type { ReactNode } from 'react';
import type { UseQueryResult } from '@tanstack/react-query';
import { CloudOff, RotateCw, TriangleAlert } from 'lucide-react';
import { ApiProblem } from '../client/problem.ts';
import { useT } from '../i18n/i18n.tsx';
import type { Translate } from '../i18n/translate.ts';
import { Button } from './button.tsx';
import { classes } from './classes.ts';

/** Grey bars in the shape of what is being loaded. */
export function Skeleton({ lines = 3, className }: { lines?: number; className?: string }) {
  const t = useT();
  return (
    <div role="status" className={classes('space-y-3', className)}>
      <span className="sr-only">{t('state.loading')}</span>
      {Array.from({ length: lines }, (_, index) => (
        <div
          key={index}
          aria-hidden
          className={classes('h-4 rounded bg-line animate-breathe', index % 3 === 2 ? 'w-2/3' : 'w-full')}
        />
      ))}
    </div>
  );
}

/** What went wrong and what to do about it. */
export function ProblemNote({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const t = useT();
  const lost = error instanceof ApiProblem && error.unreachable;
  return (
    <div
      role="alert"
      className="flex flex-wrap items-start gap-3 rounded-lg border border-bad-dot/40 bg-bad-soft px-4 py-3 text-sm text-bad"
    >
      {lost ? (
        <CloudOff aria-hidden className="mt-0.5 size-4" />
      ) : (
        <TriangleAlert aria-hidden className="mt-0.5 size-4" />
      )}
      <div className="min-w-0 flex-1 wrap-anywhere">
        <p>{problemText(error, t)}</p>
        {error instanceof ApiProblem && error.errorId && (
          <p className="mt-1 text-xs">{t('state.errorId', { id: error.errorId })}</p>
        )}
      </div>
      {onRetry && (
        <Button small onClick={onRetry}>
          <RotateCw aria-hidden /> {t('state.retry')}
        </Button>
      )}
    </div>
  );
}

/** One sentence about anything that was thrown. */
export function problemText(error: unknown, t: Translate): ReactNode {
  if (!(error instanceof ApiProblem)) return error instanceof Error ? error.message : String(error);
  return error.unreachable ? t('state.unreachable') : toldText(error.code, error.message, t);
}

/** What the server says of a failure, in the language of the page; its own sentence below where it says more. */
export function toldText(code: string, sentence: string, t: Translate): ReactNode {
  const { text, original } = t.tell(code, sentence);
  if (original === null) return text;
  return (
    <>
      {text}
      <span lang="en" className="mt-0.5 block text-xs">
        {original}
      </span>
    </>
  );
}

/** What stands where there is nothing; `heading` where it is all of the page. */
export function Empty(props: {
  icon?: ReactNode;
  title: ReactNode;
  heading?: boolean;
  children?: ReactNode;
}) {
  const Title = props.heading ? 'h1' : 'p';
  return (
    <div className="flex flex-col items-center gap-2 px-4 py-10 text-center">
      {props.icon && (
        <span aria-hidden className="mb-1 text-ink-faint [&_svg]:size-8 [&_svg]:stroke-[1.5]">
          {props.icon}
        </span>
      )}
      <Title className="font-medium">{props.title}</Title>
      {props.children && <div className="max-w-prose text-sm text-ink-soft">{props.children}</div>}
    </div>
  );
}

/**
 * The three states of something that is read: loading, error, data. Data that could be shown once stays on the page when
 * a later reading fails; the note above it says so.
 */
export function Loaded<T>(props: {
  query: UseQueryResult<T>;
  skeleton?: ReactNode;
  children: (data: T) => ReactNode;
}) {
  const { query } = props;
  const retry = () => void query.refetch();
  if (query.data === undefined) {
    if (query.isError) return <ProblemNote error={query.error} onRetry={retry} />;
    return <>{props.skeleton ?? <Skeleton lines={5} />}</>;
  }
  return (
    <>
      {query.isError && (
        <div className="mb-4">
          <ProblemNote error={query.error} onRetry={retry} />
        </div>
      )}
      {props.children(query.data)}
    </>
  );
}

/**
 * Shows its children once each of these was read or could not be, so that nothing moves as one after the other comes. What an
 * answer then says is its own part's business.
 */
export function Together(props: { queries: { isPending: boolean }[]; children: ReactNode }) {
  return props.queries.some(({ isPending }) => isPending) ? <Skeleton lines={8} /> : props.children;
}
