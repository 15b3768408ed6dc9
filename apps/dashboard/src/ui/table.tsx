import type { ReactNode } from 'react';
import { classes } from './classes.ts';

/** A table that scrolls within its card when it is wider than the page. */
export function Table({ label, head, children }: { label: string; head: ReactNode[]; children: ReactNode }) {
  return (
    // A region that scrolls must be reachable by keyboard.
    <div className="overflow-x-auto" role="region" aria-label={label} tabIndex={0}>
      <table className="w-full text-left text-sm">
        <thead>
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
        <tbody className="divide-y divide-line">{children}</tbody>
      </table>
    </div>
  );
}

export function Cell({ children, className }: { children?: ReactNode; className?: string }) {
  return <td className={classes('px-4 py-2.5 align-middle first:pl-5 last:pr-5', className)}>{children}</td>;
}
