import { useId, type ReactNode } from 'react';
import { classes } from './classes.ts';

/** A titled section of a page. `actions` sit at its top right. */
export function Card(props: {
  title?: ReactNode;
  about?: ReactNode;
  actions?: ReactNode;
  children?: ReactNode;
  flush?: boolean;
  className?: string;
}) {
  const id = useId();
  return (
    <section
      aria-labelledby={props.title ? id : undefined}
      className={classes(
        'rounded-xl border border-line bg-surface shadow-card min-w-0',
        props.flush && 'overflow-hidden',
        props.className,
      )}
    >
      {props.title && (
        <header className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2 px-4 pt-4 sm:px-5">
          {/* What is said gives way first; what can be done goes below it only where it really has no place. */}
          <div className="min-w-0 flex-1 basis-56">
            <h2 id={id} className="font-semibold">
              {props.title}
            </h2>
            {props.about && <p className="mt-0.5 text-sm text-ink-soft">{props.about}</p>}
          </div>
          {props.actions && <div className="flex flex-wrap items-center gap-2">{props.actions}</div>}
        </header>
      )}
      {props.children === undefined ? (
        <div className="pb-4" />
      ) : (
        <div className={bodyClass(props.flush ?? false, props.title !== undefined)}>{props.children}</div>
      )}
    </section>
  );
}

function bodyClass(flush: boolean, titled: boolean): string {
  if (flush) return titled ? 'mt-2' : '';
  return titled ? 'px-4 pt-3 pb-4 sm:px-5 sm:pb-5' : 'p-4 sm:p-5';
}

/** Name and value pairs. */
export function Facts({ items }: { items: { name: ReactNode; value: ReactNode }[] }) {
  return (
    <dl className="grid grid-cols-[fit-content(50%)_minmax(0,1fr)] gap-x-4 gap-y-1.5 text-sm">
      {items.map(({ name, value }, index) => (
        <div key={index} className="contents">
          <dt className="text-ink-soft">{name}</dt>
          <dd className="min-w-0 wrap-anywhere">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
