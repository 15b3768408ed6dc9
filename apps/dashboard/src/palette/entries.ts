import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useParams, useRouter } from '@tanstack/react-router';
import type { AppView } from '#libs/contracts/api/apps.js';
import type { Page } from '#libs/contracts/api/common.js';
import { pagesOf } from '../apps/app-pages.ts';
import { path, query, request } from '../client/http.ts';
import { en, type MessageKey } from '../i18n/en/index.ts';
import { useI18n } from '../i18n/i18n.tsx';
import { languages, type Language } from '../i18n/languages.ts';
import { roleIn, useSession, useTeamsWhere } from '../session/session.queries.ts';
import { useChooseLanguage } from '../shell/use-choose-language.ts';
import { chooseTheme, type Theme } from '../theme/theme.ts';
import { useNotify } from '../ui/notices.tsx';
import { problemText } from '../ui/states.tsx';
import { allows } from '#libs/core/roles.js';
import { matching, wordsOf, type Matchable } from './match.ts';

export interface Entry extends Matchable {
  id: string;
  group: 'app' | 'action' | 'page';
  run: () => void;
}

/** Shown of what matches; who looks for more types another letter. */
const shownEntries = 40;

/** Everywhere one may go and what one may do, as far as it matches what was typed. `typed` also asks the server for apps. */
export function useEntries(typed: string): Entry[] {
  const words = wordsOf(typed);
  const current = useParams({ strict: false }).app;
  const apps = useQuery({
    queryKey: ['apps', 'palette', words[0] ?? ''],
    queryFn: ({ signal }) =>
      request<Page<AppView>>('GET', `/apps${query({ search: words[0], limit: 20 })}`, { signal }),
    placeholderData: (before) => before,
  });
  const here = useQuery({
    queryKey: ['app', current ?? '', 'view'],
    queryFn: ({ signal }) => request<AppView>('GET', path('apps', current ?? ''), { signal }),
    enabled: current !== undefined,
  });
  const known = [...(here.data ? [here.data] : []), ...(apps.data?.items ?? [])];
  const ofApps = useAppEntries(
    known.filter((app, index) => known.findIndex(({ id }) => id === app.id) === index),
    current,
    words.length > 1,
  );
  const all = [...ofApps, ...usePageEntries(), ...useChoiceEntries()];
  return matching(all, typed).slice(0, shownEntries);
}

function useGo() {
  const router = useRouter();
  return (to: string) => () => router.history.push(to);
}

/** Apps; of the one that is shown, or once two words were typed, their pages and what can be done to them too. */
function useAppEntries(apps: AppView[], current: string | undefined, deep: boolean): Entry[] {
  const { t } = useI18n();
  const go = useGo();
  const session = useSession();
  const act = useAct();
  return apps.flatMap((app): Entry[] => {
    const at = `/apps/${app.name}`;
    const own: Entry = { id: at, group: 'app', label: app.name, run: go(at) };
    if (app.name !== current && !deep) return [own];
    const role = roleIn(session, app.team);
    const may = role !== null && allows('app.deploy', role, ['admin']);
    const entry = (key: MessageKey, group: Entry['group'], run: () => void): Entry => ({
      id: `${at} ${key}`,
      label: `${app.name} › ${t(key)}`,
      ...(en[key] !== t(key) && { also: String(en[key]) }),
      ...{ group, run },
    });
    const asleep = app.state === 'asleep';
    return [
      own,
      ...pagesOf(app).map(({ label, to }) => entry(label, 'page', go(to.replace('$app', app.name)))),
      ...(may
        ? [entry('instances.restart', 'action', () => act(app.name, 'restart', 'instances.restarting'))]
        : []),
      ...(may && app.kind === 'app'
        ? [
            entry('deploy.action', 'action', go(`${at}/deploy`)),
            asleep
              ? entry('overview.sleep.wake', 'action', () => act(app.name, 'wake', 'palette.woken'))
              : entry('overview.sleep.sleep', 'action', () => act(app.name, 'sleep', 'palette.slept')),
          ]
        : []),
    ];
  });
}

/** Does something to an app, and says how it went. */
function useAct() {
  const { t } = useI18n();
  const notify = useNotify();
  const client = useQueryClient();
  return (app: string, what: 'restart' | 'sleep' | 'wake', done: MessageKey) => {
    request<unknown>('POST', path('apps', app, what)).then(
      () => {
        notify(t(done, { app }));
        return client.invalidateQueries({ queryKey: ['app', app] });
      },
      (error: unknown) => notify(problemText(error, t), 'bad'),
    );
  };
}

function usePageEntries(): Entry[] {
  const { t } = useI18n();
  const go = useGo();
  const { user, teams } = useSession();
  const mayCreate = useTeamsWhere('app.create').length > 0;
  const page = (key: MessageKey, to: string, group: Entry['group'] = 'page'): Entry => ({
    ...{ id: to, group, label: t(key), also: String(en[key]), run: go(to) },
  });
  return [
    page('shell.apps', '/apps'),
    ...(mayCreate ? [page('shell.new', '/new', 'action')] : []),
    page('shell.addons', '/addons'),
    page('shell.events', '/events'),
    ...teams.map(({ slug, name }): Entry => ({
      ...{ id: `/teams/${slug}`, group: 'page', label: `${t('shell.team')} › ${name}`, also: 'team' },
      run: go(`/teams/${slug}`),
    })),
    page('shell.tokens', '/tokens'),
    page('shell.account', '/account'),
    ...(user.admin ? [page('shell.platform', '/platform')] : []),
  ];
}

function useChoiceEntries(): Entry[] {
  const { t, language } = useI18n();
  const choose = useChooseLanguage();
  const themes = ['light', 'dark', 'system'] as const satisfies readonly Theme[];
  return [
    ...themes.map((theme): Entry => ({
      ...{ id: `theme ${theme}`, group: 'action', also: `theme ${theme}` },
      label: `${t('preferences.theme')} › ${t(`preferences.${theme}`)}`,
      run: () => chooseTheme(theme),
    })),
    ...(Object.keys(languages) as Language[])
      .filter((name) => name !== language)
      .map((name): Entry => ({
        ...{ id: `language ${name}`, group: 'action', also: `language ${name}` },
        label: `${t('preferences.language')} › ${languages[name].name}`,
        run: () => choose(name),
      })),
  ];
}
