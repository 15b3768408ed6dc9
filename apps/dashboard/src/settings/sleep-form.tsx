import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useEdits } from './use-edits.ts';

const times = ['freezeAfterSeconds', 'stopAfterSeconds'] as const;
const hooks = ['beforeFreeze', 'afterWake'] as const;
const lists = ['answerPaths', 'answerAgents'] as const;

type Sleep = AppView['sleep'];

/** What the fields hold: lists as words with commas between, no path as an empty text. */
const formOf = (sleep: Sleep) => ({
  ...sleep,
  beforeFreeze: sleep.beforeFreeze ?? '',
  afterWake: sleep.afterWake ?? '',
  answerPaths: sleep.answerPaths.join(', '),
  answerAgents: sleep.answerAgents.join(', '),
});

/** When the app falls asleep, what it is told of it, and who is answered meanwhile. Only what changed is sent: the rest stays as berth.toml says it. */
export function SleepForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const edits = useEdits(app, formOf(app.sleep));
  const { form, changed, edit } = edits;
  const submit = () => {
    const whole: Sleep = {
      ...form,
      beforeFreeze: form.beforeFreeze.trim() || null,
      afterWake: form.afterWake.trim() || null,
      answerPaths: wordsOf(form.answerPaths),
      answerAgents: wordsOf(form.answerAgents),
    };
    edits.save({ sleep: Object.fromEntries(changed.map((key) => [key, whole[key]])) });
  };
  return (
    <SettingsForm
      title={t('settings.sleep')}
      about={t('settings.sleepAbout')}
      action={t('settings.sleepAction')}
      disabled={disabled}
      edits={edits}
      onSave={submit}
    >
      <CheckField
        label={t('settings.sleepEnabled')}
        checked={form.enabled}
        disabled={disabled}
        onChange={(event) => edit({ enabled: event.target.checked })}
      />
      <CheckField
        label={t('settings.waitingPage')}
        checked={form.waitingPage}
        disabled={disabled || !form.enabled}
        onChange={(event) => edit({ waitingPage: event.target.checked })}
      />
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {times.map((key) => (
          <TextField
            key={key}
            label={t(`settings.${key}`)}
            type="number"
            min={1}
            required
            disabled={disabled || !form.enabled}
            value={form[key]}
            onChange={(event) => edit({ [key]: event.target.valueAsNumber || 1 })}
          />
        ))}
        {[...hooks, ...lists].map((key) => (
          <TextField
            key={key}
            label={t(`settings.${key}`)}
            hint={t(`settings.${key}Hint`)}
            maxLength={500}
            spellCheck={false}
            disabled={disabled || !form.enabled}
            value={form[key]}
            onChange={(event) => edit({ [key]: event.target.value })}
          />
        ))}
      </div>
    </SettingsForm>
  );
}

function wordsOf(text: string): string[] {
  return text.split(',').flatMap((word) => word.trim() || []);
}
