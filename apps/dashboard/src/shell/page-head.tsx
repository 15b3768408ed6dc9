import type { ReactNode } from 'react';

/** Title of a page with what can be done there. */
export function PageHead(props: { title: ReactNode; about?: ReactNode; actions?: ReactNode }) {
  return (
    <div className="mb-5 flex flex-wrap items-end justify-between gap-x-6 gap-y-3">
      <div className="min-w-0">
        <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">{props.title}</h1>
        {props.about && <div className="mt-1 text-sm text-ink-soft">{props.about}</div>}
      </div>
      {props.actions && <div className="flex flex-wrap items-center gap-2">{props.actions}</div>}
    </div>
  );
}
