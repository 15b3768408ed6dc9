import { nearest, type Point } from './scale.ts';

export interface Series {
  name: string;
  points: Point[];
  /** Class of the line's colour. */
  stroke: string;
  /** Lines of one chart differ in dashes too: colour alone tells nobody apart. */
  dash?: string;
}

/** A chart's name, and the value of each of its lines at a moment. */
export function Legend(props: {
  id: string;
  title: string;
  series: Series[];
  at: number | null;
  format: (value: number) => string;
}) {
  return (
    <figcaption className="mb-1 flex flex-wrap items-baseline gap-x-4 gap-y-1">
      <span id={props.id} className="text-sm font-semibold">
        {props.title}
      </span>
      {props.series.map((series) => (
        <span key={series.name} className="inline-flex items-center gap-1.5 text-xs text-ink-soft">
          <svg width={18} height={8} aria-hidden>
            <line
              x1={1}
              x2={17}
              y1={4}
              y2={4}
              strokeWidth={2}
              strokeDasharray={series.dash}
              className={series.stroke}
            />
          </svg>
          {series.name}
          <span className="text-ink tabular-nums">{valueText(series, props.at, props.format)}</span>
        </span>
      ))}
    </figcaption>
  );
}

/** The same as one sentence, for those who hear it. */
export function legendText(series: Series[], at: number, format: (value: number) => string): string {
  return series.map((one) => `${one.name} ${valueText(one, at, format)}`).join(', ');
}

function valueText(series: Series, at: number | null, format: (value: number) => string): string {
  const value = at === null ? null : (nearest(series.points, at)?.value ?? null);
  return value === null ? '–' : format(value);
}
