import { Fragment, type ReactNode } from 'react';
import { ansiSpans } from './ansi.ts';

/** A line of a log in its colours, with what was searched for marked. */
export function AnsiText({ line, find }: { line: string; find?: string | undefined }) {
  return ansiSpans(line).map(({ text, look }, index) =>
    look === '' ? (
      <Fragment key={index}>{marked(text, find)}</Fragment>
    ) : (
      <span key={index} className={look}>
        {marked(text, find)}
      </span>
    ),
  );
}

/** Marks `find` in a text, whatever its case. */
function marked(text: string, find: string | undefined): ReactNode {
  if (find === undefined || find === '') return text;
  const parts: ReactNode[] = [];
  const wanted = find.toLowerCase();
  const lower = text.toLowerCase();
  let from = 0;
  for (let at = lower.indexOf(wanted); at >= 0; at = lower.indexOf(wanted, from)) {
    parts.push(text.slice(from, at), <mark key={at}>{text.slice(at, at + find.length)}</mark>);
    from = at + find.length;
  }
  parts.push(text.slice(from));
  return parts;
}
