import { useState } from 'react';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { TextField } from '../ui/field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useChange } from './use-change.tsx';

/** How many instances of each process type run. */
export function ScaleForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const [scale, setScale] = useState(app.scale);
  const { save, busy, error } = useChange(app.name);
  // A number of web that is named is fixed: only what was changed is sent.
  const changes = Object.entries(scale).filter(([process, count]) => app.scale[process] !== count);
  const submit = () => {
    save({ scale: Object.fromEntries(changes) });
  };
  return (
    <SettingsForm
      title={t('settings.scale')}
      about={t('settings.scaleAbout')}
      action={t('settings.scaleAction')}
      disabled={disabled}
      unchanged={changes.length === 0}
      busy={busy}
      error={error}
      onSave={submit}
    >
      <div className="grid gap-4 sm:grid-cols-3">
        {Object.entries(scale).map(([process, count]) => (
          <TextField
            key={process}
            label={t('settings.instancesOf', { process })}
            type="number"
            min={0}
            max={20}
            required
            disabled={disabled}
            value={count}
            onChange={(event) => setScale({ ...scale, [process]: event.target.valueAsNumber || 0 })}
          />
        ))}
      </div>
    </SettingsForm>
  );
}
