import { useT } from '../i18n/i18n.tsx';
import { PageHead } from '../shell/page-head.tsx';
import { useTitle } from '../ui/use-title.ts';
import { FirstDeploy } from './first-deploy.tsx';

export function NewAppPage() {
  const t = useT();
  useTitle(t('deploy.newTitle'));
  return (
    <>
      <PageHead title={t('deploy.newTitle')} about={t('deploy.newAbout')} />
      <FirstDeploy />
    </>
  );
}
