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
    <div key={app.name} className="grid gap-4">
      {app.kind === 'app' && (
        <>
          <ScaleForm app={app} disabled={!mayWrite} />
          <AutoscaleForm app={app} disabled={!mayWrite} />
          <SleepForm app={app} disabled={!mayWrite} />
          {app.preview === null && <PreviewsForm app={app} disabled={!mayWrite} />}
          <RolloutForm app={app} disabled={!mayWrite} />
        </>
      )}
      <LimitsForm app={app} disabled={!mayWrite} />
      <DiskForm app={app} disabled={!mayWrite} />
      <VolumesCard app={app} mayRemove={mayDelete} />
      {mayDelete && <DangerZone app={app} />}
    </div>
  );
}
