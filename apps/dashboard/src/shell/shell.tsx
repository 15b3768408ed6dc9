import { useEffect, useRef, useState } from 'react';
import { Link, Outlet, useLocation, useRouter } from '@tanstack/react-router';
import { useQueryClient } from '@tanstack/react-query';
import { BookOpen, CircleUser, CloudOff, LogOut, Plus } from 'lucide-react';
import { useNoStrayDrop } from '../deploy/use-no-stray-drop.ts';
import { usePresence } from '../client/presence.ts';
import { useT } from '../i18n/i18n.tsx';
import { ShortcutsDialog } from '../keys/shortcuts-dialog.tsx';
import { useShortcuts } from '../keys/use-shortcuts.ts';
import { useConnected } from '../live/connection.ts';
import { useLiveEvents } from '../live/use-live-events.ts';
import { PaletteButton } from '../palette/palette-button.tsx';
import { SessionEnd } from '../session/session-end.tsx';
import { useSession, useSignOut, useTeamsWhere } from '../session/session.queries.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Menu, MenuItem, MenuLine } from '../ui/menu.tsx';
import { useNotify } from '../ui/notices.tsx';
import { problemText } from '../ui/states.tsx';
import { UnsavedGuard } from '../ui/unsaved.tsx';
import { Logo } from './logo.tsx';
import { LanguageChoices, ThemeChoices } from './preferences.tsx';

/** What surrounds every page of a signed-in user. */
export function Shell() {
  const t = useT();
  const [help, setHelp] = useState(false);
  useLiveEvents();
  useNoStrayDrop();
  useShortcuts(() => setHelp(true));
  useFocusOnPages();
  return (
    <div className="flex min-h-dvh flex-col">
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-lg focus:bg-surface focus:px-3 focus:py-2"
      >
        {t('shell.skip')}
      </a>
      <Header />
      <LostConnection />
      <main
        id="main"
        tabIndex={-1}
        className="mx-auto w-full max-w-7xl flex-1 px-4 py-6 outline-none sm:px-6"
      >
        <Outlet />
      </main>
      <SessionEnd />
      <UnsavedGuard />
      <ShortcutsDialog open={help} onClose={() => setHelp(false)} />
    </div>
  );
}

/** The link that led to another page may have gone with the page before: whoever uses the keyboard goes on in the page, not at the top of all. */
function useFocusOnPages(): void {
  const path = useLocation({ select: ({ pathname }) => pathname });
  const before = useRef(path);
  useEffect(() => {
    if (before.current === path) return;
    before.current = path;
    if (document.activeElement === document.body)
      document.getElementById('main')?.focus({ preventScroll: true });
  }, [path]);
}

function Header() {
  const t = useT();
  const mayCreate = useTeamsWhere('app.create').length > 0;
  return (
    <header className="sticky top-0 z-30 border-b border-line bg-surface/95 backdrop-blur-sm">
      <div className="mx-auto flex max-w-7xl flex-wrap items-center gap-x-6 px-4 sm:px-6">
        <Link to="/apps" className="flex min-h-14 items-center gap-2.5 font-semibold tracking-tight">
          <Logo className="size-7" /> Berth
        </Link>
        <Navigation />
        <div className="ml-auto flex items-center gap-2">
          <PaletteButton />
          {mayCreate && (
            <Link to="/new" className={buttonClass('primary', true)}>
              <Plus aria-hidden /> <span className="max-sm:sr-only">{t('shell.new')}</span>
            </Link>
          )}
          <UserMenu />
        </div>
      </div>
    </header>
  );
}

const linkClass =
  'inline-flex min-h-9 items-center rounded-lg px-2.5 text-sm font-medium text-ink-soft hover:text-ink hover:bg-sunken';

function Navigation() {
  const t = useT();
  const session = useSession();
  const team = session.teams[0]?.slug;
  const active = { className: 'bg-accent-soft! text-accent!' };
  return (
    <nav
      aria-label={t('shell.navigation')}
      className="order-last -mx-1 flex w-full items-center gap-1 overflow-x-auto px-1 pb-2 md:order-none md:w-auto md:pb-0"
    >
      <Link to="/apps" className={linkClass} activeProps={active}>
        {t('shell.apps')}
      </Link>
      <Link to="/addons" className={linkClass} activeProps={active}>
        {t('shell.addons')}
      </Link>
      <Link to="/events" className={linkClass} activeProps={active}>
        {t('shell.events')}
      </Link>
      {team !== undefined && (
        <Link to="/teams/$team" params={{ team }} className={linkClass} activeProps={active}>
          {t('shell.team')}
        </Link>
      )}
      <Link to="/tokens" className={linkClass} activeProps={active}>
        {t('shell.tokens')}
      </Link>
      {session.user.admin && (
        <Link to="/platform" className={linkClass} activeProps={active}>
          {t('shell.platform')}
        </Link>
      )}
    </nav>
  );
}

function UserMenu() {
  const t = useT();
  const session = useSession();
  const router = useRouter();
  const client = useQueryClient();
  const signOut = useSignOut();
  const notify = useNotify();
  const leave = () =>
    signOut.mutate(undefined, {
      onSuccess: async () => {
        await router.navigate({ to: '/sign-in' });
        client.clear();
      },
      onError: (error) => notify(problemText(error, t), 'bad'),
    });
  return (
    <Menu
      trigger={
        <Button look="quiet" small aria-label={t('shell.you', { email: session.user.email })}>
          <CircleUser aria-hidden className="size-5!" />
          <span className="hidden max-w-44 truncate lg:inline">{session.user.email}</span>
        </Button>
      }
    >
      <div className="px-2.5 py-1.5">
        <p className="font-medium wrap-anywhere">{session.user.name}</p>
        <p className="text-xs text-ink-soft wrap-anywhere">{session.user.email}</p>
      </div>
      <MenuLine />
      <ThemeChoices />
      <LanguageChoices />
      <MenuLine />
      <MenuItem asChild>
        <Link to="/account">
          <CircleUser aria-hidden /> {t('shell.account')}
        </Link>
      </MenuItem>
      <MenuItem asChild>
        <a href="/docs">
          <BookOpen aria-hidden /> {t('shell.docs')}
        </a>
      </MenuItem>
      <MenuItem onSelect={leave}>
        <LogOut aria-hidden /> {t('shell.signOut')}
      </MenuItem>
    </Menu>
  );
}

/** Stays until the connection is back; what was missed is then read again. */
function LostConnection() {
  const t = useT();
  const lost = !useConnected();
  const ended = usePresence() === 'ended';
  return (
    <div role="status" aria-live="polite">
      {lost && !ended && (
        <p className="flex items-center justify-center gap-2 border-b border-warn-dot/40 bg-warn-soft px-4 py-2 text-sm text-warn">
          <CloudOff aria-hidden className="size-4 shrink-0" /> {t('shell.lost')}
        </p>
      )}
    </div>
  );
}
