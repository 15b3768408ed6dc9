import { useT } from '../i18n/i18n.tsx';
import { useApp } from '../apps/use-app.ts';
import { useCan } from '../session/session.queries.ts';
import { useTitle } from '../ui/use-title.ts';
import { AutoscaleForm } from './autoscale-form.tsx';
import { DangerZone } from './danger-zone.tsx';
import { DiskForm } from './disk-form.tsx';
import { LimitsForm } from './limits-form.tsx';
import { PreviewsForm } from './previews-form.tsx';
import { RolloutForm } from './rollout-form.tsx';
import { ScaleForm } from './scale-form.tsx';
import { SleepForm } from './sleep-form.tsx';
import { VolumesCard } from './volumes-card.tsx';

export function SettingsPage() {
  const t = useT();
  const app = useApp();
  const mayWrite = useCan('app.write', app.team);
  const mayDelete = useCan('app.delete', app.team);
  useTitle(t('appPage.settings'), app.name);
  return (
    <div className="grid gap-4">
      {/* The keys start the forms anew when somebody else changed what they show. */}
      {app.kind === 'app' && (
        <>
          <ScaleForm key={JSON.stringify(app.scale)} app={app} disabled={!mayWrite} />
          <AutoscaleForm
            key={JSON.stringify({ ...app.autoscale, wanted: 0 })}
            app={app}
            disabled={!mayWrite}
          />
          <SleepForm key={JSON.stringify(app.sleep)} app={app} disabled={!mayWrite} />
          {app.preview === null && (
            <PreviewsForm key={JSON.stringify(app.previews)} app={app} disabled={!mayWrite} />
          )}
          <RolloutForm key={JSON.stringify(app.rollout)} app={app} disabled={!mayWrite} />
        </>
      )}
      <LimitsForm
        key={JSON.stringify([app.limits, app.healthPath, app.startTimeoutSeconds, app.graceSeconds])}
        app={app}
        disabled={!mayWrite}
      />
      <DiskForm key={JSON.stringify([app.keepReleases, app.diskMb])} app={app} disabled={!mayWrite} />
      <VolumesCard app={app} mayRemove={mayDelete} />
      {mayDelete && <DangerZone app={app} />}
    </div>
  );
}
