import { useQuery } from '@tanstack/react-query';
import type { AppView } from '#libs/contracts/api/apps.js';
import type { PreviewList } from '#libs/contracts/api/previews.js';
import { path, request } from '../client/http.ts';
import { useI18n, useT } from '../i18n/i18n.tsx';
import { formatDate } from '../i18n/quantities.ts';
import { CheckField, TextField } from '../ui/field.tsx';
import { Loaded, Skeleton } from '../ui/states.tsx';
import { SettingsForm } from './settings-form.tsx';
import { useEdits } from './use-edits.ts';

/** Do pushed branches get apps of their own, and which are there? */
export function PreviewsForm({ app, disabled }: { app: AppView; disabled: boolean }) {
  const t = useT();
  const edits = useEdits(app, app.previews);
  const { form: previews, edit } = edits;
  return (
    <SettingsForm
      title={t('settings.previews')}
      about={t('settings.previewsAbout')}
      action={t('settings.previewsAction')}
      disabled={disabled}
      edits={edits}
      onSave={() => edits.save({ previews })}
    >
      <CheckField
        label={t('settings.previewsEnabled')}
        checked={previews.enabled}
        disabled={disabled}
        onChange={(event) => edit({ enabled: event.target.checked })}
      />
      <CheckField
        label={t('settings.previewsWithConfig')}
        checked={previews.withConfig}
        disabled={disabled || !previews.enabled}
        onChange={(event) => edit({ withConfig: event.target.checked })}
      />
      <TextField
        label={t('settings.previewsDays')}
        type="number"
        className="max-w-48"
        min={1}
        max={90}
        required
        disabled={disabled || !previews.enabled}
        value={previews.days}
        onChange={(event) => edit({ days: event.target.valueAsNumber || 1 })}
      />
      {app.previews.enabled && <Previews app={app.name} />}
    </SettingsForm>
  );
}

function Previews({ app }: { app: string }) {
  const { t, language } = useI18n();
  const previews = useQuery({
    queryKey: ['app', app, 'previews'],
    queryFn: ({ signal }) => request<PreviewList>('GET', path('apps', app, 'previews'), { signal }),
  });
  return (
    <Loaded query={previews} skeleton={<Skeleton lines={1} />}>
      {({ items }) =>
        items.length === 0 ? (
          <p className="text-sm text-ink-soft">{t('settings.previewsNone')}</p>
        ) : (
          <ul className="divide-y divide-line text-sm">
            {items.map(({ name, url, preview }) => (
              <li key={name} className="flex flex-wrap justify-between gap-x-4 py-2">
                <a href={url} className="text-accent hover:underline">
                  {name}
                </a>
                {preview !== null && (
                  <span className="text-ink-soft">
                    {t('settings.previewsUntil', {
                      branch: preview.branch,
                      date: formatDate(new Date(preview.expiresAt), language),
                    })}
                  </span>
                )}
              </li>
            ))}
          </ul>
        )
      }
    </Loaded>
  );
}
