import { useLayoutEffect, useState, type RefObject } from 'react';
import { useInView } from './use-in-view.ts';

/**
 * Some rows of a long list. Away from what is seen they are an empty box of their own height, so that thousands of rows cost no
 * more than a hundred.
 *
 * @param rowHeight of one row, before any was seen
 */
export function useRowBlock<T extends HTMLElement>(
  count: number,
  rowHeight: number,
): { ref: RefObject<T | null>; inView: boolean; style: { height: number } | undefined } {
  const [ref, inView] = useInView<T>();
  const [seen, setSeen] = useState({ count: 0, height: 0 });
  useLayoutEffect(() => {
    if (inView && ref.current !== null) setSeen({ count, height: ref.current.offsetHeight });
  }, [inView, count, ref]);
  const height = seen.count === count ? seen.height : count * rowHeight;
  return { ref, inView, style: inView ? undefined : { height } };
}

/** Rows that are drawn together: few enough to be drawn within a moment. */
const blockSize = 25;

export function inBlocks<T>(rows: T[]): T[][] {
  return Array.from({ length: Math.ceil(rows.length / blockSize) }, (_, index) =>
    rows.slice(index * blockSize, (index + 1) * blockSize),
  );
}
