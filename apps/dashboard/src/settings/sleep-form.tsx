import { useState, type FormEvent } from 'react';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { TextField } from '../ui/field.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { useChange } from './use-change.tsx';

/** When the app falls asleep. */
export function SleepForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const { enabled, freezeAfterSeconds, stopAfterSeconds } = app.sleep;
  const [sleep, setSleep] = useState({ enabled, freezeAfterSeconds, stopAfterSeconds });
  const { save, busy, error } = useChange(app.name);
  const times = ['freezeAfterSeconds', 'stopAfterSeconds'] as const;
  const changed = sleep.enabled !== enabled || times.some((key) => sleep[key] !== app.sleep[key]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save({ sleep });
  };
  return (
    <Card title={t('settings.sleep')} about={t('settings.sleepAbout')}>
      <form onSubmit={submit} className="space-y-4">
        <label className="flex items-center gap-2 text-sm font-medium">
          <input
            type="checkbox"
            checked={sleep.enabled}
            disabled={disabled}
            onChange={(event) => setSleep({ ...sleep, enabled: event.target.checked })}
          />
          {t('settings.sleepEnabled')}
        </label>
        <div className="grid gap-4 sm:grid-cols-3">
          {times.map((key) => (
            <TextField
              key={key}
              label={t(`settings.${key}`)}
              type="number"
              min={1}
              required
              disabled={disabled || !sleep.enabled}
              value={sleep[key]}
              onChange={(event) => setSleep({ ...sleep, [key]: event.target.valueAsNumber || 1 })}
            />
          ))}
        </div>
        {error && <ProblemNote error={error} />}
        {!disabled && (
          <Button type="submit" look="primary" disabled={!changed} busy={busy}>
            {t('settings.sleepAction')}
          </Button>
        )}
      </form>
    </Card>
  );
}
