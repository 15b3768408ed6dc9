import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { useTitle } from '../ui/use-title.ts';
import { JobList } from './job-list.tsx';
import { Schedule } from './schedule.tsx';

/** What runs by the clock, and every run of it and of what was asked for by hand. */
export function JobsPage() {
  const t = useT();
  const app = useApp();
  useTitle(t('appPage.jobs'), app.name);
  return (
    <div className="space-y-4">
      <Schedule />
      <JobList />
    </div>
  );
}
