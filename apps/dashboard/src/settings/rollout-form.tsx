import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useEdits } from './use-edits.ts';

/** Do new releases get their visitors step by step? */
export function RolloutForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const edits = useEdits(app, app.rollout);
  const { form: rollout, edit } = edits;
  return (
    <SettingsForm
      title={t('settings.rollout')}
      about={t('settings.rolloutAbout')}
      action={t('settings.rolloutAction')}
      disabled={disabled}
      edits={edits}
      onSave={() => edits.save({ rollout })}
    >
      <CheckField
        label={t('settings.rolloutEnabled')}
        checked={rollout.enabled}
        disabled={disabled}
        onChange={(event) => edit({ enabled: event.target.checked })}
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
        onChange={(event) => edit({ stepSeconds: event.target.valueAsNumber || 5 })}
      />
    </SettingsForm>
  );
}
