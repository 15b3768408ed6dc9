import { useQuery } from '@tanstack/react-query';
import type { AppView } from '#libs/contracts/api/apps.js';
import type { DiskApp } from '#libs/contracts/api/disk.js';
import { appDiskQuery } from '../disk/disk.queries.ts';
import { DiskItems } from '../disk/disk-items.tsx';
import { useT } from '../i18n/i18n.tsx';
import { TextField } from '../ui/field.tsx';
import { Meter } from '../ui/meter.tsx';
import { Loaded, Skeleton } from '../ui/states.tsx';
import { Bytes, Memory } from '../ui/time.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useEdits } from './use-edits.ts';

/** How many releases keep their image, and what they take. An empty field: the platform's number. */
export function DiskForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const look = useQuery(appDiskQuery(app.name));
  const text = (value: number | null) => value?.toString() ?? '';
  const edits = useEdits(app, { keepReleases: text(app.keepReleases), diskMb: text(app.diskMb) });
  const { form } = edits;
  const number = (value: string) => (value.trim() === '' ? null : Number(value));
  const use = look.data?.app ?? null;
  const usual = { keepReleases: use?.keepReleases, diskMb: use && Math.round(use.budgetBytes / 1024 ** 2) };
  return (
    <SettingsForm
      title={t('settings.disk')}
      about={t('settings.diskAbout')}
      action={t('settings.sleepAction')}
      disabled={disabled}
      edits={edits}
      onSave={() => edits.save({ keepReleases: number(form.keepReleases), diskMb: number(form.diskMb) })}
    >
      <div className="grid gap-4 sm:grid-cols-2">
        {(['keepReleases', 'diskMb'] as const).map((key) => (
          <TextField
            key={key}
            label={t(`settings.${key}`)}
            type="number"
            min={1}
            disabled={disabled}
            placeholder={usual[key]?.toString()}
            value={form[key]}
            onChange={(event) => edits.edit({ [key]: event.target.value })}
          />
        ))}
      </div>
      <Loaded query={look} skeleton={<Skeleton lines={3} />}>
        {({ app: taken, remove }) => (
          <>
            {taken && <Use use={taken} />}
            <DiskItems title={t('disk.toGo')} items={remove} />
          </>
        )}
      </Loaded>
    </SettingsForm>
  );
}

function Use({ use }: { use: DiskApp }) {
  const t = useT();
  return (
    <div className="space-y-1">
      <Meter
        label={t('disk.own')}
        share={use.ownBytes / use.budgetBytes}
        value={
          <>
            <Bytes value={use.ownBytes} /> / <Memory bytes={use.budgetBytes} />
          </>
        }
      />
      <p className="text-sm text-ink-soft">
        {t('disk.shared')} <Bytes value={use.sharedBytes} />
        {use.volumeBytes > 0 && (
          <>
            {' · '}
            {t('disk.area.volumes')} <Bytes value={use.volumeBytes} />
          </>
        )}
      </p>
    </div>
  );
}
