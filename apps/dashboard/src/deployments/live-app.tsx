import { useState } from 'react';
import { useQuery } from '@tanstack/react-query';
import { ExternalLink, PanelTop } from 'lucide-react';
import type { FramingView } from '#libs/contracts/api/framing.js';
import type { DeploymentView } from '#libs/contracts/api/deployments.js';
import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { Button, buttonClass } from '../ui/button.tsx';
import { Card } from '../ui/card.tsx';
import { Skeleton } from '../ui/states.tsx';
import { framingQuery } from './deployments.queries.ts';

/** Whoever comes later than this did not wait for it, and should not wake the app by looking. */
const FRESH_MS = 10 * 60_000;

/** How a deployment ends well: the app itself, in a frame and by its address. By itself at the end of the first one. */
export function LiveApp({ deployment }: { deployment: DeploymentView }) {
  const t = useT();
  const app = useApp();
  const [asked, setAsked] = useState(() => isFirst(deployment));
  const shown = asked || isFirst(deployment);
  return (
    <Card
      title={t(deployment.release?.number === 1 ? 'frame.firstTitle' : 'frame.title')}
      about={
        <a href={app.url} className="text-accent underline wrap-anywhere">
          {app.url}
        </a>
      }
      actions={
        <>
          {!shown && (
            <Button small onClick={() => setAsked(true)}>
              <PanelTop aria-hidden /> {t('frame.show')}
            </Button>
          )}
          <a
            href={app.url}
            target="_blank"
            rel="noopener noreferrer"
            className={buttonClass('primary', true)}
          >
            <ExternalLink aria-hidden /> {t('deployment.open')}
          </a>
        </>
      }
    >
      {shown ? <Frame app={app.name} url={app.url} /> : undefined}
    </Card>
  );
}

function isFirst({ release, endedAt }: DeploymentView): boolean {
  return release?.number === 1 && endedAt !== null && Date.now() - Date.parse(endedAt) < FRESH_MS;
}

function Frame({ app, url }: { app: string; url: string }) {
  const t = useT();
  const framing = useQuery(framingQuery(app));
  if (framing.data === undefined && !framing.isError) return <Skeleton lines={4} />;
  const { framing: may, because }: FramingView = framing.data ?? { framing: 'silent', because: null };
  // Its scripts run in its own origin, which is another one than this page's; the sandbox keeps them from leading this page elsewhere.
  if (may === 'allowed' && new URL(url).origin !== location.origin)
    return (
      <iframe
        src={url}
        title={t('frame.of', { app })}
        sandbox="allow-scripts allow-forms allow-same-origin"
        allow=""
        referrerPolicy="no-referrer"
        className="h-[min(28rem,60dvh)] w-full rounded-lg border border-line bg-white"
      />
    );
  return (
    <p className="rounded-lg bg-sunken px-4 py-3 text-sm text-ink-soft">
      {t(`frame.${may === 'allowed' ? 'refused' : may}`)}
      {because !== null && <span className="mt-1 block font-mono text-xs wrap-anywhere">{because}</span>}
    </p>
  );
}
