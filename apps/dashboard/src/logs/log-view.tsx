import { useEffect, useRef, useState, type CSSProperties, type ReactNode } from 'react';
import { ArrowDownToLine } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { AnsiText } from './ansi-text.tsx';

export interface ShownLine {
  key: string;
  /** Shown at the margin; all of a log have one width. */
  margin: string;
  text: string;
  className?: string | undefined;
}

const BLOCK = 100;
/** Nearer to the end than this counts as being at the end. */
const NEAR_PX = 40;

/**
 * Lines of a log, dark in both themes. Follows the end until the reader scrolls up; then a button leads back. Blocks of
 * lines outside the window cost no layout (content-visibility), so long logs stay searchable by the browser.
 */
export function LogView(props: {
  lines: ShownLine[];
  label: string;
  empty: ReactNode;
  find?: string;
  className?: string;
}) {
  const t = useT();
  const ref = useRef<HTMLDivElement>(null);
  const [following, setFollowing] = useState(true);
  const count = props.lines.length;
  const content = useRef<HTMLDivElement>(null);
  const top = useRef(0);
  useEffect(() => {
    const box = ref.current;
    const inner = content.current;
    if (!following || box === null || inner === null) return;
    const toEnd = () => {
      box.scrollTop = box.scrollHeight;
    };
    toEnd();
    // Blocks get their real height only once they are near the window, and lines wrap anew in another width.
    const watch = new ResizeObserver(toEnd);
    watch.observe(inner);
    return () => watch.disconnect();
  }, [count, following]);
  const scrolled = () => {
    const box = ref.current;
    if (box === null) return;
    const atEnd = box.scrollHeight - box.scrollTop - box.clientHeight < NEAR_PX;
    // Only who goes up leaves the end: what grows below is no reason.
    if (atEnd || box.scrollTop < top.current) setFollowing(atEnd);
    top.current = box.scrollTop;
  };
  return (
    <div className="relative min-w-0">
      <div
        ref={ref}
        role="log"
        aria-label={props.label}
        aria-live="off"
        tabIndex={0}
        onScroll={scrolled}
        className={classes(
          'overflow-auto rounded-lg bg-log py-3 font-mono text-[0.8125rem] leading-5 text-log-ink',
          props.className ?? 'h-112',
        )}
      >
        <div ref={content} style={{ '--margin': `${marginWidth(props.lines)}ch` } as CSSProperties}>
          {count === 0 ? (
            <div className="px-4 text-log-faint">{props.empty}</div>
          ) : (
            blocksOf(props.lines).map((block) => (
              <div key={block[0]?.key} className={count > 2 * BLOCK ? 'log-block' : undefined}>
                {block.map((line) => (
                  <Line key={line.key} line={line} find={props.find} />
                ))}
              </div>
            ))
          )}
        </div>
      </div>
      {!following && (
        <div className="absolute right-4 bottom-4">
          <Button small onClick={() => setFollowing(true)}>
            <ArrowDownToLine aria-hidden /> {t('logs.toEnd')}
          </Button>
        </div>
      )}
    </div>
  );
}

function Line({ line, find }: { line: ShownLine; find: string | undefined }) {
  return (
    <div data-margin={line.margin} className={classes('log-line hover:bg-white/5', line.className)}>
      {line.text === '' ? '\u00a0' : <AnsiText line={line.text} find={find} />}
    </div>
  );
}

function marginWidth(lines: ShownLine[]): number {
  return lines.reduce((most, { margin }) => Math.max(most, margin.length), 0);
}

function blocksOf(lines: ShownLine[]): ShownLine[][] {
  const blocks: ShownLine[][] = [];
  for (let from = 0; from < lines.length; from += BLOCK) blocks.push(lines.slice(from, from + BLOCK));
  return blocks;
}
