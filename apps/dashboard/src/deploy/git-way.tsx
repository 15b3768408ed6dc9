import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { metaQuery } from '../session/session.queries.ts';
import { CopyLine } from '../ui/copy.tsx';
import { Loaded, Skeleton } from '../ui/states.tsx';

/** The two lines that deploy a repository. */
export function GitWay({ app }: { app: string }) {
  const t = useT();
  const meta = useQuery(metaQuery);
  return (
    <Loaded query={meta} skeleton={<Skeleton lines={2} />}>
      {({ urls }) => (
        <div className="space-y-3">
          <CopyLine
            label={t('deploy.copyLines')}
            text={`git remote add berth ${urls.gitBase}/${app}.git\ngit push berth HEAD:main`}
          />
          <p className="text-sm text-ink-soft">
            {t('deploy.gitPassword')}{' '}
            <Link to="/tokens" className="font-medium text-accent underline">
              {t('deploy.makeToken')}
            </Link>
          </p>
        </div>
      )}
    </Loaded>
  );
}
