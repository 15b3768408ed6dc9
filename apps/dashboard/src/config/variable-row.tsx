import { useState } from 'react';
import { Link } from '@tanstack/react-router';
import { Eye, EyeOff, Trash2, Undo2 } from 'lucide-react';
import { useT } from '../i18n/i18n.tsx';
import { IconButton } from '../ui/button.tsx';
import { classes } from '../ui/classes.ts';
import { CopyButton } from '../ui/copy.tsx';
import { inputClass } from '../ui/field.tsx';
import { Pill, Tag } from '../ui/pill.tsx';

/** One variable: hidden until asked for; what is typed is staged, but for an add-on's URL. `staged` null: will be removed. */
export function VariableRow(props: {
  name: string;
  addOn: string | null;
  saved: string | undefined;
  staged: string | null | undefined;
  onChange: (key: string, value: string | null) => void;
}) {
  const t = useT();
  const [shown, setShown] = useState(false);
  const { name, addOn, saved, staged } = props;
  const removed = staged === null;
  const value = staged ?? saved ?? '';
  const undo = () => props.onChange(name, saved ?? null);
  return (
    <li className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-x-3 gap-y-1.5 py-2.5 md:grid-cols-[minmax(9rem,2fr)_minmax(0,3fr)_auto]">
      <div className="flex min-w-0 flex-wrap items-center gap-2">
        <code className={classes('font-semibold wrap-anywhere', removed && 'line-through opacity-70')}>
          {name}
        </code>
        {addOn !== null && (
          <Link to="/addons">
            <Tag>{t('addons.managed', { name: addOn })}</Tag>
          </Link>
        )}
        {staged !== undefined && (
          <Pill tone={removed ? 'bad' : 'busy'}>
            {t(removed ? 'config.removed' : saved === undefined ? 'config.added' : 'config.changed')}
          </Pill>
        )}
      </div>
      {shown && !removed ? (
        <textarea
          aria-label={t('config.valueOf', { key: name })}
          rows={Math.min(6, value.split('\n').length)}
          value={value}
          readOnly={addOn !== null}
          onChange={(event) => props.onChange(name, event.target.value)}
          spellCheck={false}
          autoCapitalize="off"
          autoComplete="off"
          className={`${inputClass} order-last col-span-2 resize-y font-mono md:order-none md:col-span-1`}
        />
      ) : (
        <span
          className="hidden min-h-9 truncate py-1.5 font-mono text-sm text-ink-soft md:inline"
          aria-hidden
        >
          {removed ? '–' : '••••••••••'}
        </span>
      )}
      <div className="flex items-center justify-end">
        {!removed && (
          <>
            <IconButton
              small
              label={t(shown ? 'config.hide' : 'config.show', { key: name })}
              aria-pressed={shown}
              onClick={() => setShown(!shown)}
            >
              {shown ? <EyeOff aria-hidden /> : <Eye aria-hidden />}
            </IconButton>
            <CopyButton text={value} label={t('config.copy', { key: name })} />
          </>
        )}
        {staged !== undefined ? (
          <IconButton small label={t('config.undo', { key: name })} onClick={undo}>
            <Undo2 aria-hidden />
          </IconButton>
        ) : (
          addOn === null && (
            <IconButton
              small
              label={t('config.remove', { key: name })}
              onClick={() => props.onChange(name, null)}
            >
              <Trash2 aria-hidden />
            </IconButton>
          )
        )}
      </div>
    </li>
  );
}
