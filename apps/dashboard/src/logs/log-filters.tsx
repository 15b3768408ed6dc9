import { logLevels, type LogLevel } from '#libs/core/log-level.js';
import { useT } from '../i18n/i18n.tsx';
import { inputClass } from '../ui/field.tsx';

const selectClass = `${inputClass} sm:w-40!`;

/** Lines from which level up; all of them without one. */
export function LevelFilter(props: {
  value: LogLevel | undefined;
  onChange: (level: LogLevel | undefined) => void;
}) {
  const t = useT();
  return (
    <select
      aria-label={t('logs.level')}
      value={props.value ?? ''}
      onChange={(event) => props.onChange(logLevels.find((level) => level === event.target.value))}
      className={selectClass}
    >
      <option value="">{t('logs.level.all')}</option>
      {logLevels.slice(1).map((level) => (
        <option key={level} value={level}>
          {t(`logs.level.${level as Exclude<LogLevel, 'debug'>}`)}
        </option>
      ))}
    </select>
  );
}

export interface TimeRange {
  since?: string | undefined;
  until?: string | undefined;
}

const minutes = [15, 60, 360, 1440] as const;

/** All that comes, since a while ago, or between two times of the reader's own clock. */
export function TimeFilter({ value, onChange }: { value: TimeRange; onChange: (range: TimeRange) => void }) {
  const t = useT();
  const open = value.since !== undefined || value.until !== undefined;
  return (
    <>
      <select
        aria-label={t('logs.time')}
        value={open ? 'between' : ''}
        onChange={(event) => {
          if (event.target.value === '') return onChange({});
          const back = Number(event.target.value) || 60;
          return onChange({ since: new Date(Date.now() - back * 60_000).toISOString() });
        }}
        className={selectClass}
      >
        <option value="">{t('logs.time.live')}</option>
        {minutes.map((back) => (
          <option key={back} value={back}>
            {t(`logs.time.${back}`)}
          </option>
        ))}
        <option value="between">{t('logs.time.between')}</option>
      </select>
      {open &&
        (['since', 'until'] as const).map((end) => (
          <input
            key={end}
            type="datetime-local"
            aria-label={t(`logs.time.${end}`)}
            value={value[end] === undefined ? '' : localTime(value[end])}
            onChange={(event) => onChange({ ...value, [end]: instantOf(event.target.value) })}
            className={`${inputClass} sm:w-auto!`}
          />
        ))}
    </>
  );
}

/** As the browser's field writes it, in the reader's zone, to the minute. */
function localTime(instant: string): string {
  const at = new Date(instant);
  return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

function instantOf(local: string): string | undefined {
  const at = new Date(local);
  return Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}
