import type { DeploymentSummary } from '#libs/contracts/api/deployments.js';
import { useT } from '../i18n/i18n.tsx';
import { Bytes } from '../ui/time.tsx';

/** What a deployment is about, in one line: commit and message, archive and size, image, or release. */
export function SourceLine({ deployment }: { deployment: DeploymentSummary }) {
  const t = useT();
  const { source, trigger, release } = deployment;
  if ((trigger === 'rollback' || trigger === 'promote') && release !== null) {
    return (
      <>
        {t(`deployment.to.${trigger}`, { release: `v${release.number}` })} {release.description}
      </>
    );
  }
  if (source === null) return <>{release?.description ?? t(`deployment.trigger.${trigger}`)}</>;
  if (source.kind === 'git') {
    return (
      <>
        <code>{source.commit?.slice(0, 7)}</code> {source.message?.split('\n')[0]}
      </>
    );
  }
  if (source.kind === 'instance') return <>{source.message}</>;
  if (source.kind === 'image') return <code>{source.image}</code>;
  return (
    <>
      {source.message ?? t('deployment.upload')}
      {source.sizeBytes !== null && (
        <>
          {' · '}
          {source.format} <Bytes value={source.sizeBytes} />
        </>
      )}
    </>
  );
}
