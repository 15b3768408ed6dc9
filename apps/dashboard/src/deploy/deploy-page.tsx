import { useT } from '../i18n/i18n.tsx';
import { useApp } from '../apps/use-app.ts';
import { Card } from '../ui/card.tsx';
import { useTitle } from '../ui/use-title.ts';
import { GitWay } from './git-way.tsx';
import { ImageWay } from './image-way.tsx';
import { UploadWay } from './upload-way.tsx';

/** Deploys something new to an app that exists. */
export function DeployPage() {
  const t = useT();
  const app = useApp();
  useTitle(t('deploy.title'), app.name);
  const target = { kind: 'app', app: app.name } as const;
  return (
    <div className="grid items-start gap-4 xl:grid-cols-2">
      <Card title={t('deploy.way.upload')} about={t('deploy.way.uploadAbout')}>
        <UploadWay target={target} />
      </Card>
      <div className="grid content-start gap-4">
        <Card title={t('deploy.way.git')} about={t('deploy.way.gitAbout')}>
          <GitWay app={app.name} />
        </Card>
        <Card title={t('deploy.way.image')} about={t('deploy.way.imageAbout')}>
          <ImageWay target={target} />
        </Card>
      </div>
    </div>
  );
}
