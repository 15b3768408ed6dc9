import { classes } from './classes.ts';

/** How far something is; without `share` it only says that it lives. */
export function Progress({ share, label }: { share: number | null; label: string }) {
  const percent = share === null ? null : Math.round(share * 100);
  return (
    <div>
      <div className="mb-1 flex justify-between gap-4 text-sm text-ink-soft">
        <span>{label}</span>
        {percent !== null && <span className="tabular-nums">{percent} %</span>}
      </div>
      <div
        role="progressbar"
        aria-label={label}
        aria-valuemin={0}
        aria-valuemax={100}
        {...(percent === null ? {} : { 'aria-valuenow': percent })}
        className="h-2 overflow-hidden rounded-full bg-line"
      >
        <div
          className={classes('h-full rounded-full bg-accent', percent === null && 'w-1/3 animate-slide')}
          {...(percent === null ? {} : { style: { width: `${percent}%` } })}
        />
      </div>
    </div>
  );
}
