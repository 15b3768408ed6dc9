import { useEffect, useRef } from 'react';
import { Link, Outlet, useLocation } from '@tanstack/react-router';
import { ExternalLink, Rocket } from 'lucide-react';
import type { AppView } from '#libs/contracts/api/apps.js';
import { useT } from '../i18n/i18n.tsx';
import { useCan } from '../session/session.queries.ts';
import { buttonClass } from '../ui/button.tsx';
import { Tag } from '../ui/pill.tsx';
import { pagesOf } from './app-pages.ts';
import { AppState } from './app-state.tsx';
import { useApp } from './use-app.ts';

/** What surrounds the pages of one app: name, state, ways to its other pages. */
export function AppLayout() {
  const t = useT();
  const app = useApp();
  const mayDeploy = useCan('app.deploy', app.team);
  return (
    <>
      <header className="mb-4 flex flex-wrap items-center gap-x-4 gap-y-3">
        <div className="min-w-0 flex-1">
          <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
            <h1 className="text-2xl font-semibold tracking-tight wrap-anywhere">{app.name}</h1>
            <AppState state={app.state} frozen={app.sleep.tier === 'frozen'} />
            {app.liveRelease && <Tag className="font-mono">v{app.liveRelease.number}</Tag>}
          </div>
          {app.kind === 'app' ? (
            <a
              href={app.url}
              className="mt-1 inline-flex max-w-full items-center gap-1.5 text-sm text-accent hover:underline"
            >
              <span className="truncate">{app.url}</span>
              <ExternalLink aria-hidden className="size-3.5 shrink-0" />
            </a>
          ) : (
            <p className="mt-1 flex flex-wrap items-center gap-x-3 text-sm text-ink-soft">
              <code className="wrap-anywhere">{app.url}</code>
              <Link to="/addons" className="text-accent hover:underline">
                {t('shell.addons')}
              </Link>
            </p>
          )}
        </div>
        {mayDeploy && app.kind === 'app' && (
          <Link to="/apps/$app/deploy" params={{ app: app.name }} className={buttonClass('primary')}>
            <Rocket aria-hidden /> {t('deploy.action')}
          </Link>
        )}
      </header>
      <div className="grid gap-x-8 gap-y-4 lg:grid-cols-[11rem_minmax(0,1fr)]">
        <Sections app={app} />
        <div className="min-w-0">
          <Outlet />
        </div>
      </div>
    </>
  );
}

function Sections({ app }: { app: AppView }) {
  const t = useT();
  const ref = useRef<HTMLElement>(null);
  const path = useLocation({ select: (location) => location.pathname });
  useEffect(() => {
    // On a phone the bar is wider than the screen: bring the page's own entry into sight.
    ref.current
      ?.querySelector('[aria-current="page"]')
      ?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, [path]);
  return (
    <nav
      ref={ref}
      aria-label={t('appPage.navigation')}
      className="-mx-4 flex gap-1 overflow-x-auto border-b border-line px-4 pb-2 sm:-mx-6 sm:px-6 lg:sticky lg:top-20 lg:mx-0 lg:flex-col lg:self-start lg:border-0 lg:p-0"
    >
      {pagesOf(app).map(({ to, label }) => (
        <Link
          key={to}
          to={to}
          params={{ app: app.name }}
          activeOptions={{ exact: to === '/apps/$app' }}
          activeProps={{ className: 'bg-accent-soft! text-accent!' }}
          className="shrink-0 rounded-lg px-3 py-1.5 text-sm font-medium whitespace-nowrap text-ink-soft hover:bg-sunken hover:text-ink"
        >
          {t(label)}
        </Link>
      ))}
    </nav>
  );
}
