import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { instancesQuery } from './instances.queries.ts';
import { InstanceStatusPill } from './instance-status.tsx';

/** The app's instances at a glance. */
export function InstanceDots({ app }: { app: string }) {
  const t = useT();
  const { data, isError } = useQuery(instancesQuery(app));
  if (data === undefined) return <span className="text-ink-soft">{isError ? '–' : t('state.loading')}</span>;
  if (data.items.length === 0) return <>{t('instances.none')}</>;
  return (
    <Link to="/apps/$app/instances" params={{ app }} className="inline-flex flex-wrap gap-1.5">
      {data.items.map((instance) => (
        <InstanceStatusPill key={instance.id} status={instance.status} />
      ))}
    </Link>
  );
}
