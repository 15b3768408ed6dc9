import type { ReactNode } from 'react';
import { classes } from './classes.ts';

/**
 * A table that scrolls within its card when it is wider than the page. On a phone each row is a block of its cells: a column of one
 * letter, or what can be done out of sight at the right, helps nobody. Cells whose heading would be missed there name it themselves.
 */
export function Table({ label, head, children }: { label: string; head: ReactNode[]; children: ReactNode }) {
  return (
    // A region that scrolls must be reachable by keyboard.
    <div className="overflow-x-auto" role="region" aria-label={label} tabIndex={0}>
      <table className="w-full text-left text-sm max-md:block">
        <thead className="max-md:sr-only">
          <tr className="border-b border-line text-xs text-ink-soft">
            {head.map((cell, index) => (
              <th
                key={index}
                scope="col"
                className="px-4 py-2 font-medium whitespace-nowrap first:pl-5 last:pr-5"
              >
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className={classes('divide-y divide-line max-md:block', rowsOnPhones)}>{children}</tbody>
      </table>
    </div>
  );
}

const rowsOnPhones =
  'max-md:[&>tr]:flex max-md:[&>tr]:flex-wrap max-md:[&>tr]:items-center max-md:[&>tr]:gap-x-4 max-md:[&>tr]:gap-y-1.5 max-md:[&>tr]:px-4 max-md:[&>tr]:py-3';

/** @param props.named what the column is called, where a phone needs to be told */
export function Cell(props: { children?: ReactNode; className?: string; named?: string }) {
  return (
    <td
      className={classes(
        'align-middle max-md:block max-md:max-w-full max-md:empty:hidden md:px-4 md:py-2.5 md:first:pl-5 md:last:pr-5',
        props.className,
      )}
    >
      {props.named !== undefined && <span className="mr-1.5 text-ink-soft md:hidden">{props.named}</span>}
      {props.children}
    </td>
  );
}
