import { useState, type ComponentProps } from 'react';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { ApiProblem } from '../client/problem.ts';
import { TextField } from '../ui/field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useChange } from './use-change.tsx';

/** Limits and readiness: part of a release, so a change makes a new one of the same image. */
export function LimitsForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const { save, busy, error } = useChange(app.name);
  const [form, setForm] = useState({
    memoryMb: String(app.limits.memoryMb),
    cpus: String(app.limits.cpus),
    pids: String(app.limits.pids),
    healthPath: app.healthPath ?? '',
    startTimeoutSeconds: String(app.startTimeoutSeconds),
    graceSeconds: String(app.graceSeconds),
  });
  const fields = error instanceof ApiProblem ? error.fields : {};
  const field = (name: keyof typeof form): ComponentProps<typeof TextField> & { label: string } => ({
    label: t(`settings.${name}`),
    hint: t(`settings.${name}Hint`),
    error: fields[name],
    disabled,
    value: form[name],
    onChange: (event) => setForm({ ...form, [name]: event.target.value }),
  });
  const submit = () => {
    save({
      limits: { memoryMb: Number(form.memoryMb), cpus: Number(form.cpus), pids: Number(form.pids) },
      healthPath: form.healthPath.trim() || null,
      startTimeoutSeconds: Number(form.startTimeoutSeconds),
      graceSeconds: Number(form.graceSeconds),
    });
  };
  return (
    <SettingsForm
      title={t('settings.limits')}
      about={t('settings.limitsAbout')}
      action={t('settings.limitsAction')}
      disabled={disabled}
      busy={busy}
      error={Object.keys(fields).length === 0 ? error : null}
      onSave={submit}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <TextField {...field('memoryMb')} type="number" min={64} max={32768} required />
        <TextField {...field('cpus')} type="number" min={0.1} max={32} step={0.1} required />
        <TextField {...field('pids')} type="number" min={32} max={4096} required />
        <TextField {...field('healthPath')} placeholder="/healthz" maxLength={500} spellCheck={false} />
        <TextField {...field('startTimeoutSeconds')} type="number" min={5} max={900} required />
        <TextField {...field('graceSeconds')} type="number" min={0} max={300} required />
      </div>
    </SettingsForm>
  );
}
