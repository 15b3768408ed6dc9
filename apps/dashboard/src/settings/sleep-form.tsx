import { useState } from 'react';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useChange } from './use-change.tsx';

/** When the app falls asleep. */
export function SleepForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const { enabled, freezeAfterSeconds, stopAfterSeconds } = app.sleep;
  const [sleep, setSleep] = useState({ enabled, freezeAfterSeconds, stopAfterSeconds });
  const { save, busy, error } = useChange(app.name);
  const times = ['freezeAfterSeconds', 'stopAfterSeconds'] as const;
  const changed = sleep.enabled !== enabled || times.some((key) => sleep[key] !== app.sleep[key]);
  const submit = () => {
    save({ sleep });
  };
  return (
    <SettingsForm
      title={t('settings.sleep')}
      about={t('settings.sleepAbout')}
      action={t('settings.sleepAction')}
      disabled={disabled}
      unchanged={!changed}
      busy={busy}
      error={error}
      onSave={submit}
    >
      <CheckField
        label={t('settings.sleepEnabled')}
        checked={sleep.enabled}
        disabled={disabled}
        onChange={(event) => setSleep({ ...sleep, enabled: event.target.checked })}
      />
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
    </SettingsForm>
  );
}
