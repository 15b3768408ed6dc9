import { Plug } from 'lucide-react';
import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { useCan } from '../session/session.queries.ts';
import { Card } from '../ui/card.tsx';
import { Empty } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { Drains } from './drains.tsx';
import { GitServer } from './git-server.tsx';
import { Webhooks } from './webhooks.tsx';

/** What an app has to do with other servers: where its code comes from, who is told of it, where its log goes. */
export function IntegrationsPage() {
  const t = useT();
  const app = useApp();
  useTitle(t('appPage.integrations'), app.name);
  if (!useCan('app.write', app.team))
    return (
      <Card title={t('appPage.integrations')}>
        <Empty icon={<Plug />} title={t('integrations.notAllowed')} />
      </Card>
    );
  return (
    <div className="space-y-4">
      <GitServer />
      <Webhooks place={{ of: 'app', name: app.name }} />
      <Drains />
    </div>
  );
}
