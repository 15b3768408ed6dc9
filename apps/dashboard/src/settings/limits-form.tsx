import type { ComponentProps } from 'react';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { ApiProblem } from '../client/problem.ts';
import { TextField } from '../ui/field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useEdits } from './use-edits.ts';

const MIB = 1024 * 1024;
/** Limits on requests are told in MiB; an empty field, and 0, is no limit. */
const mebibytes = (bytes: number | null) => (bytes === null ? '' : String(bytes / MIB));

/** Limits and readiness: most are part of a release, so a change makes a new one of the same image. Only what changed is sent: the rest stays as berth.toml says it. */
export function LimitsForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const present = {
    memoryMb: String(app.limits.memoryMb),
    cpus: String(app.limits.cpus),
    pids: String(app.limits.pids),
    healthPath: app.healthPath ?? '',
    startTimeoutSeconds: String(app.startTimeoutSeconds),
    graceSeconds: String(app.graceSeconds),
    requestSeconds: String(app.limits.requestSeconds ?? ''),
    bodyMb: mebibytes(app.limits.bodyBytes),
  };
  const edits = useEdits(app, present);
  const { form, error } = edits;
  const isChanged = (name: keyof typeof present) => edits.changed.includes(name);
  const fields = error instanceof ApiProblem ? error.fields : {};
  const field = (name: keyof typeof form): ComponentProps<typeof TextField> & { label: string } => ({
    label: t(`settings.${name}`),
    hint: t(`settings.${name}Hint`),
    error: fields[name],
    disabled,
    value: form[name],
    onChange: (event) => edits.edit({ [name]: event.target.value }),
  });
  const submit = () => {
    edits.save({
      limits: {
        ...(isChanged('memoryMb') && { memoryMb: Number(form.memoryMb) }),
        ...(isChanged('cpus') && { cpus: Number(form.cpus) }),
        ...(isChanged('pids') && { pids: Number(form.pids) }),
        ...(isChanged('requestSeconds') && { requestSeconds: Number(form.requestSeconds) }),
        ...(isChanged('bodyMb') && { bodyBytes: Math.round(Number(form.bodyMb) * MIB) }),
      },
      ...(isChanged('healthPath') && { healthPath: form.healthPath.trim() || null }),
      ...(isChanged('startTimeoutSeconds') && { startTimeoutSeconds: Number(form.startTimeoutSeconds) }),
      ...(isChanged('graceSeconds') && { graceSeconds: Number(form.graceSeconds) }),
    });
  };
  return (
    <SettingsForm
      title={t('settings.limits')}
      about={t('settings.limitsAbout')}
      action={t('settings.limitsAction')}
      disabled={disabled}
      edits={{ ...edits, error: Object.keys(fields).length === 0 ? error : null }}
      onSave={submit}
    >
      <div className="grid items-start gap-4 sm:grid-cols-2 lg:grid-cols-3">
        <TextField {...field('memoryMb')} type="number" min={64} max={32768} required />
        <TextField {...field('cpus')} type="number" min={0.1} max={32} step={0.1} required />
        <TextField {...field('pids')} type="number" min={32} max={4096} required />
        {app.kind === 'app' && (
          <TextField {...field('healthPath')} placeholder="/healthz" maxLength={500} spellCheck={false} />
        )}
        <TextField {...field('startTimeoutSeconds')} type="number" min={5} max={900} required />
        <TextField {...field('graceSeconds')} type="number" min={0} max={300} required />
        {app.kind === 'app' && (
          <>
            <TextField {...field('requestSeconds')} type="number" min={0} max={3600} />
            <TextField {...field('bodyMb')} type="number" min={0} max={2047} step="any" />
          </>
        )}
      </div>
    </SettingsForm>
  );
}
