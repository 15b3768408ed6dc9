import { useId, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { AppMetricsView } from '#libs/contracts/api/metrics.js';
import { useI18n } from '../i18n/i18n.tsx';
import { Legend, legendText, type Series } from './legend.tsx';
import { linePath, nearest, timeTicks, valueTicks, type Point } from './scale.ts';
import { lineMarks, sleepSpans } from './series.ts';
import { useWidth } from './use-width.ts';

/** A frozen instance is sampled once in 50 s: such samples are still one line. */
const sparseMs = 44_000;

const height = 150;
const edge = { top: 16, right: 8, bottom: 20, left: 54 };
/** Shorter drags are clicks. */
const shortestDrag = 8;

export interface ChartProps {
  title: string;
  view: AppMetricsView;
  series: Series[];
  format: (value: number) => string;
  /** The axis reaches at least so far. */
  least: number;
  /** Values are numbers of things. */
  whole?: boolean;
  /** Round values are multiples of it. */
  unit?: number;
  /** The moment that all charts of the page read off; null: the newest. */
  cursor: number | null;
  onCursor: (at: number | null) => void;
  onZoom: (from: number, to: number) => void;
}

/**
 * Values over time: lines, shaded sleep, marks of releases. Read it off with the pointer or the arrow keys; drag to zoom.
 */
export function Chart(props: ChartProps) {
  const { view, series, cursor } = props;
  const { language } = useI18n();
  const id = useId();
  const [ref, width] = useWidth<HTMLDivElement>();
  const [drag, setDrag] = useState<{ from: number; to: number } | null>(null);
  const from = Date.parse(view.from);
  const to = Date.parse(view.to);
  const highest = Math.max(
    props.least,
    ...series.flatMap(({ points }) => points.map(({ value }) => value ?? 0)),
  );
  const unit = props.unit ?? 1;
  const ticks = valueTicks(highest / unit, props.whole).map((tick) => tick * unit);
  const inner = Math.max(1, width - edge.left - edge.right);
  const x = (at: number) => edge.left + ((at - from) / (to - from)) * inner;
  const y = (value: number) =>
    height - edge.bottom - (value / (ticks.at(-1) ?? 1)) * (height - edge.top - edge.bottom);
  const points = series[0]?.points ?? [];
  const current = cursor === null ? (points.at(-1) ?? null) : nearest(points, cursor);

  const timeAt = (event: PointerEvent) => {
    const left = event.currentTarget.getBoundingClientRect().left;
    const share = (event.clientX - left - edge.left) / inner;
    return from + Math.min(1, Math.max(0, share)) * (to - from);
  };
  const onPointerMove = (event: PointerEvent) => {
    const at = timeAt(event);
    props.onCursor(at);
    if (drag !== null) setDrag({ ...drag, to: at });
  };
  const onPointerUp = () => {
    if (drag !== null && Math.abs(x(drag.to) - x(drag.from)) >= shortestDrag)
      props.onZoom(Math.min(drag.from, drag.to), Math.max(drag.from, drag.to));
    setDrag(null);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const moves: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, PageUp: -10, PageDown: 10 };
    const move = moves[event.key];
    if (move === undefined || current === null) return;
    event.preventDefault();
    const index = points.findIndex(({ at }) => at === current.at) + move;
    props.onCursor(points[Math.min(points.length - 1, Math.max(0, index))]?.at ?? null);
  };

  const time = new Intl.DateTimeFormat(language, {
    ...{ hour: '2-digit', minute: '2-digit', hourCycle: 'h23' },
    ...(to - from <= 600_000 && { second: '2-digit' }),
  });
  return (
    <figure aria-labelledby={id} className="min-w-0">
      <Legend id={id} title={props.title} series={series} at={current?.at ?? null} format={props.format} />
      <div
        ref={ref}
        role="slider"
        tabIndex={0}
        aria-labelledby={id}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, points.length - 1)}
        aria-valuenow={current === null ? 0 : points.findIndex(({ at }) => at === current.at)}
        aria-valuetext={
          current === null
            ? '–'
            : `${time.format(current.at)}: ${legendText(series, current.at, props.format)}`
        }
        onKeyDown={onKeyDown}
        onPointerDown={(event) => {
          if (event.button !== 0) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          const at = timeAt(event);
          setDrag({ from: at, to: at });
        }}
        onPointerMove={onPointerMove}
        onPointerUp={onPointerUp}
        onPointerCancel={() => setDrag(null)}
        onPointerLeave={() => props.onCursor(null)}
        className="cursor-crosshair touch-pan-y select-none"
      >
        <svg width={width} height={height} aria-hidden className="block">
          {sleepSpans(view).map((span) => (
            <rect
              key={span.from}
              x={x(span.from)}
              y={edge.top}
              width={Math.max(1, x(span.to) - x(span.from))}
              height={height - edge.top - edge.bottom}
              className={span.tier === 'stopped' ? 'fill-host-soft' : 'fill-busy-soft'}
            />
          ))}
          {ticks.map((tick) => (
            <g key={tick}>
              <line
                x1={edge.left}
                x2={width - edge.right}
                y1={y(tick)}
                y2={y(tick)}
                className="stroke-line"
              />
              <text
                x={edge.left - 6}
                y={y(tick) + 3.5}
                textAnchor="end"
                className="fill-ink-faint text-[10px]"
              >
                {props.format(tick)}
              </text>
            </g>
          ))}
          {timeTicks(from, to, Math.max(2, Math.floor(inner / 90))).map((tick) => (
            <text
              key={tick}
              x={x(tick)}
              y={height - 5}
              textAnchor="middle"
              className="fill-ink-faint text-[10px]"
            >
              {time.format(tick)}
            </text>
          ))}
          <Marks view={view} x={x} />
          {series.map((one) => (
            <Line
              key={one.name}
              series={one}
              stepMs={Math.max(sparseMs, view.stepSeconds * 1000)}
              x={x}
              y={y}
            />
          ))}
          {drag !== null && (
            <rect
              x={Math.min(x(drag.from), x(drag.to))}
              y={edge.top}
              width={Math.abs(x(drag.to) - x(drag.from))}
              height={height - edge.top - edge.bottom}
              className="fill-accent opacity-20"
            />
          )}
          {cursor !== null && current !== null && (
            <line
              x1={x(current.at)}
              x2={x(current.at)}
              y1={edge.top}
              y2={height - edge.bottom}
              className="stroke-ink-soft"
            />
          )}
        </svg>
      </div>
    </figure>
  );
}

function Line(props: {
  series: Series;
  stepMs: number;
  x: (at: number) => number;
  y: (value: number) => number;
}) {
  const { series, stepMs, x, y } = props;
  return (
    <path
      d={linePath(series.points satisfies Point[], stepMs, x, y)}
      className={`fill-none ${series.stroke}`}
      strokeWidth={1.75}
      strokeLinecap="round"
      strokeLinejoin="round"
      strokeDasharray={series.dash}
    />
  );
}

/** Releases, and numbers of instances that load asked for, each a line with its name on top. */
function Marks({ view, x }: { view: AppMetricsView; x: (at: number) => number }) {
  const marks = lineMarks(view);
  // Names that would lie upon each other: the last one counts.
  const isCovered = (index: number) =>
    marks.slice(index + 1).some((later) => x(later.time) - x((marks[index] ?? later).time) < 20);
  return marks.map((mark, index) => (
    <g key={index}>
      <line
        x1={x(mark.time)}
        x2={x(mark.time)}
        y1={edge.top - 4}
        y2={height - edge.bottom}
        strokeDasharray="2 3"
        className="stroke-ink-faint"
      />
      {!isCovered(index) && (
        <text x={x(mark.time)} y={edge.top - 6} textAnchor="middle" className="fill-ink-soft text-[10px]">
          {mark.kind === 'release' ? `v${mark.value}` : `×${mark.value}`}
        </text>
      )}
    </g>
  ));
}
