import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useEdits } from './use-edits.ts';

/** What may be left empty, and the most that may stand there. */
const targets = { concurrency: 10_000, requestsPerSecond: 100_000, cpuPercent: 100 } as const;
const names = Object.keys(targets) as (keyof typeof targets)[];

/** Between how many web instances load decides, and what one of them takes. */
export function AutoscaleForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const { wanted, ...present } = app.autoscale;
  const edits = useEdits(app, present);
  const { form, changed, edit } = edits;
  const least = Math.max(1, form.min);
  const submit = () => {
    // Only what was changed: the rest stays as berth.toml says it. Whoever turns it on wants these bounds.
    const range = form.enabled ? { enabled: null, min: form.min, max: form.max } : { enabled: false };
    const others = Object.fromEntries(
      names.filter((key) => changed.includes(key)).map((key) => [key, form[key]]),
    );
    const ranged = (['enabled', 'min', 'max'] as const).some((key) => changed.includes(key));
    edits.save({ autoscale: { ...(ranged && range), ...others } });
  };
  return (
    <SettingsForm
      title={t('settings.autoscale')}
      about={t('settings.autoscaleAbout')}
      action={t('settings.autoscaleAction')}
      disabled={disabled}
      edits={edits}
      onSave={submit}
    >
      <CheckField
        label={t('settings.autoscaleEnabled')}
        checked={form.enabled}
        disabled={disabled}
        onChange={({ target: { checked: enabled } }) =>
          // With as many at most as at least there would be nothing to decide.
          edit({ enabled, max: enabled ? Math.max(form.max, least + 1) : form.max })
        }
      />
      <p className="text-sm text-ink-soft">{t('settings.autoscaleNow', { count: String(wanted) })}</p>
      <div className="grid gap-4 sm:grid-cols-3">
        {(['min', 'max'] as const).map((key) => (
          <TextField
            key={key}
            label={t(`settings.${key}Instances`)}
            type="number"
            min={key === 'min' ? 0 : least + 1}
            max={20}
            required
            disabled={disabled || !form.enabled}
            value={form[key]}
            onChange={(event) => edit({ [key]: event.target.valueAsNumber || 0 })}
          />
        ))}
      </div>
      <div className="grid gap-4 sm:grid-cols-3">
        {names.map((key) => (
          <TextField
            key={key}
            label={t(`settings.${key}`)}
            hint={t(`settings.${key}Hint`)}
            type="number"
            min={1}
            max={targets[key]}
            disabled={disabled || (key !== 'concurrency' && !form.enabled)}
            value={form[key] ?? ''}
            onChange={(event) => edit({ [key]: event.target.valueAsNumber || null })}
          />
        ))}
      </div>
    </SettingsForm>
  );
}
