import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { TextField } from '../ui/field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useEdits } from './use-edits.ts';

/** How many instances of each process type run. */
export function ScaleForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const edits = useEdits(app, app.scale);
  // A number of web that is named is fixed: only what was changed is sent.
  const submit = () =>
    edits.save({
      scale: Object.fromEntries(edits.changed.map((process) => [process, edits.form[process] ?? 0])),
    });
  return (
    <SettingsForm
      title={t('settings.scale')}
      about={t('settings.scaleAbout')}
      action={t('settings.scaleAction')}
      disabled={disabled}
      edits={edits}
      onSave={submit}
    >
      <div className="grid gap-4 sm:grid-cols-3">
        {Object.entries(edits.form).map(([process, count]) => (
          <TextField
            key={process}
            label={t('settings.instancesOf', { process })}
            type="number"
            min={0}
            max={20}
            required
            disabled={disabled}
            value={count}
            onChange={(event) => edits.edit({ [process]: event.target.valueAsNumber || 0 })}
          />
        ))}
      </div>
    </SettingsForm>
  );
}
