import { useState } from 'react';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useChange } from './use-change.tsx';

/** Do new releases get their visitors step by step? */
export function RolloutForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const [rollout, setRollout] = useState(app.rollout);
  const { save, busy, error } = useChange(app.name);
  const changed = rollout.enabled !== app.rollout.enabled || rollout.stepSeconds !== app.rollout.stepSeconds;
  return (
    <SettingsForm
      title={t('settings.rollout')}
      about={t('settings.rolloutAbout')}
      action={t('settings.rolloutAction')}
      disabled={disabled}
      unchanged={!changed}
      busy={busy}
      error={error}
      onSave={() => save({ rollout })}
    >
      <CheckField
        label={t('settings.rolloutEnabled')}
        checked={rollout.enabled}
        disabled={disabled}
        onChange={(event) => setRollout({ ...rollout, enabled: event.target.checked })}
      />
      <TextField
        label={t('settings.rolloutStep')}
        type="number"
        className="max-w-48"
        min={5}
        max={86_400}
        required
        disabled={disabled || !rollout.enabled}
        value={rollout.stepSeconds}
        onChange={(event) => setRollout({ ...rollout, stepSeconds: event.target.valueAsNumber || 5 })}
      />
    </SettingsForm>
  );
}
