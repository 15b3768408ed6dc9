import type { ReactNode } from 'react';
import { classes } from './classes.ts';
import { inBlocks, useRowBlock } from './use-row-block.ts';

interface Props<T> {
  rows: T[];
  /** Height of one row, before any was seen. */
  rowHeight: number;
  label: string;
  keyOf: (row: T) => string;
  className?: string;
  children: (row: T) => ReactNode;
}

/** A list of any length: only what is near to what is seen is drawn. A short one is drawn at once. */
export function LongList<T>(props: Props<T>) {
  const { className, ...list } = props;
  const blocks = inBlocks(props.rows);
  return (
    <div className={classes('divide-y divide-line', className)}>
      {blocks.map((rows, index) =>
        index === 0 ? <Rows key={0} {...list} rows={rows} /> : <Block key={index} {...list} rows={rows} />,
      )}
    </div>
  );
}

function Rows<T>({ rows, label, keyOf, children }: Omit<Props<T>, 'className'>) {
  return (
    <ol aria-label={label} className="divide-y divide-line">
      {rows.map((row) => (
        <li key={keyOf(row)}>{children(row)}</li>
      ))}
    </ol>
  );
}

function Block<T>(props: Omit<Props<T>, 'className'>) {
  const { ref, inView, style } = useRowBlock<HTMLDivElement>(props.rows.length, props.rowHeight);
  return (
    <div ref={ref} style={style}>
      {inView && <Rows {...props} />}
    </div>
  );
}
