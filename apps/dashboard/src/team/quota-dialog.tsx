import { useState, type FormEvent } from 'react';
import type { QuotaView } from '#libs/contracts/quota.js';
import { defaultQuota, quotaKeys, type QuotaKey } from '#libs/core/quota.js';
import { ApiProblem } from '../client/problem.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { Button } from '../ui/button.tsx';
import { Dialog, DialogActions } from '../ui/dialog.tsx';
import { CheckField, TextField } from '../ui/field.tsx';
import { useNotify } from '../ui/notices.tsx';
import { ProblemNote } from '../ui/states.tsx';
import { quotaChangeOf, type QuotaField } from './quota-change.ts';
import { useChangeQuota } from './team.queries.ts';

type Form = Record<QuotaKey, QuotaField>;

export function QuotaDialog(props: { team: string; quota: QuotaView; open: boolean; onClose: () => void }) {
  const { t } = useI18n();
  return (
    <Dialog open={props.open} onClose={props.onClose} title={t('quota.changeTitle', { team: props.team })}>
      <QuotaForm {...props} />
    </Dialog>
  );
}

/** An empty field is the default; where that is a number, a box beside it takes the limit away. */
function QuotaForm({ team, quota, onClose }: { team: string; quota: QuotaView; onClose: () => void }) {
  const { t, language } = useI18n();
  const notify = useNotify();
  const change = useChangeQuota(team);
  const present = formOf(quota);
  const [form, setForm] = useState<Form>(present);
  const fields = change.error instanceof ApiProblem ? change.error.fields : {};
  const submit = (event: FormEvent) => {
    event.preventDefault();
    change.mutate(quotaChangeOf(present, form), {
      onSuccess: () => {
        notify(t('quota.changed'));
        onClose();
      },
    });
  };
  const set = (key: QuotaKey, field: Partial<QuotaField>) =>
    setForm((now) => ({ ...now, [key]: { ...now[key], ...field } }));
  const whenEmpty = (key: QuotaKey) => {
    const limit = form[key].unlimited ? null : defaultQuota[key];
    return limit === null ? t('quota.none') : new Intl.NumberFormat(language).format(limit);
  };
  return (
    <form onSubmit={submit} className="space-y-4">
      <p className="text-sm text-ink-soft">{t('quota.changeAbout')}</p>
      <div className="grid items-start gap-4 sm:grid-cols-2">
        {quotaKeys.map((key) => (
          <div key={key} className="space-y-1.5">
            <TextField
              label={t(`quota.${key}`)}
              type="number"
              min={key === 'builds' ? 1 : 0}
              step={key === 'cpus' ? 'any' : 1}
              placeholder={whenEmpty(key)}
              error={fields[key]}
              disabled={form[key].unlimited}
              value={form[key].unlimited ? '' : form[key].text}
              onChange={(event) => set(key, { text: event.target.value })}
            />
            {(defaultQuota[key] !== null || form[key].unlimited) && (
              <CheckField
                label={t('quota.noLimitOn', { what: t(`quota.${key}`) })}
                checked={form[key].unlimited}
                onChange={(event) => set(key, { unlimited: event.target.checked })}
              />
            )}
          </div>
        ))}
      </div>
      {change.isError && Object.keys(fields).length === 0 && <ProblemNote error={change.error} />}
      <DialogActions>
        <Button onClick={onClose}>{t('action.cancel')}</Button>
        <Button type="submit" look="primary" busy={change.isPending}>
          {t('quota.change')}
        </Button>
      </DialogActions>
    </form>
  );
}

function formOf({ limits, set }: QuotaView): Form {
  const field = (key: QuotaKey): QuotaField => ({
    text: set.includes(key) ? String(limits[key] ?? '') : '',
    unlimited: set.includes(key) && limits[key] === null,
  });
  return Object.fromEntries(quotaKeys.map((key) => [key, field(key)])) as Form;
}
