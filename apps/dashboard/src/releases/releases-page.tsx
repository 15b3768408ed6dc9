import { useState } from 'react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { ChevronDown, ExternalLink, History, PackageOpen } from 'lucide-react';
import type { ReleaseView } from '#libs/contracts/api/releases.js';
import { useT } from '../i18n/i18n.tsx';
import { useApp } from '../apps/use-app.ts';
import { useCan } from '../session/session.queries.ts';
import { Button } from '../ui/button.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { LongList } from '../ui/long-list.tsx';
import { MoreInView, rowsOf } from '../ui/more.tsx';
import { Pill, Tag } from '../ui/pill.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { Ago } from '../ui/time.tsx';
import { classes } from '../ui/classes.ts';
import { useTitle } from '../ui/use-title.ts';
import { SplitCard } from './split-card.tsx';
import { LayerList } from './layer-list.tsx';
import { buildQuery, releasesQuery, useRollBack } from './releases.queries.ts';

export function ReleasesPage() {
  const t = useT();
  const app = useApp();
  const releases = useInfiniteQuery(releasesQuery(app.name));
  const rollBack = useRollBack(app.name);
  const [chosen, setChosen] = useState<ReleaseView | null>(null);
  const mayDeploy = useCan('app.deploy', app.team);
  useTitle(t('appPage.releases'), app.name);
  const close = () => {
    setChosen(null);
    rollBack.reset();
  };
  const rows = releases.data === undefined ? [] : rowsOf(releases.data);
  return (
    <div className="grid gap-4">
      <Card title={t('appPage.releases')} about={t('releases.about')} flush>
        <div className="px-4 pb-2 sm:px-5">
          <Loaded query={releases}>
            {(data) => {
              const rows = rowsOf(data);
              if (rows.length === 0) {
                return (
                  <Empty icon={<PackageOpen />} title={t('releases.none')}>
                    {t('releases.noneHint')}
                  </Empty>
                );
              }
              return (
                <LongList rows={rows} label={t('appPage.releases')} rowHeight={68} keyOf={({ id }) => id}>
                  {(release) => (
                    <ReleaseRow
                      release={release}
                      onRollBack={
                        mayDeploy && !release.live && release.collectedAt === null
                          ? () => setChosen(release)
                          : null
                      }
                    />
                  )}
                </LongList>
              );
            }}
          </Loaded>
        </div>
        <MoreInView query={releases} />
        <Confirm
          open={chosen !== null}
          title={t('releases.rollBackTitle', { release: `v${chosen?.number ?? ''}` })}
          action={t('releases.rollBack')}
          busy={rollBack.isPending}
          error={rollBack.error}
          onConfirm={() => chosen && rollBack.mutate(chosen.number)}
          onClose={close}
        >
          {t('releases.rollBackAbout')}
        </Confirm>
      </Card>
      {rows.length > 1 && (
        <SplitCard
          app={app.name}
          releases={rows.filter((row) => row.collectedAt === null).slice(0, 20)}
          disabled={!mayDeploy}
        />
      )}
    </div>
  );
}

function ReleaseRow({ release, onRollBack }: { release: ReleaseView; onRollBack: (() => void) | null }) {
  const t = useT();
  const app = useApp();
  const [open, setOpen] = useState(false);
  return (
    <div className="py-3">
      <div className="flex flex-wrap items-center gap-x-3 gap-y-2 text-sm">
        <span className="w-12 font-mono font-semibold">v{release.number}</span>
        <div className="min-w-40 flex-1">
          <p className="flex flex-wrap items-center gap-2">
            <span className="wrap-anywhere">{release.description}</span>
            {release.live && <Pill tone="ok">{t('releases.live')}</Pill>}
            {release.collectedAt !== null && <Pill tone="idle">{t('releases.collected')}</Pill>}
          </p>
          <p className="text-ink-soft">
            <Ago at={release.createdAt} /> · {release.createdBy ?? 'Berth'}
          </p>
        </div>
        <a
          href={release.url}
          className="inline-flex items-center gap-1 text-accent hover:underline"
          aria-label={t('releases.openUrl', { release: `v${release.number}` })}
        >
          {t('releases.url')} <ExternalLink aria-hidden className="size-3.5" />
        </a>
        {release.number > 1 && (
          <Link
            to="/apps/$app/releases/diff"
            params={{ app: app.name }}
            search={{ from: release.number - 1, to: release.number }}
            className="min-w-6 shrink-0 text-accent hover:underline"
            aria-label={t('releases.compareBefore', { release: `v${release.number}` })}
          >
            {t('releases.compare')}
          </Link>
        )}
        {onRollBack && (
          <Button small onClick={onRollBack}>
            <History aria-hidden /> {t('releases.rollBack')}
          </Button>
        )}
        <Button small look="quiet" aria-expanded={open} onClick={() => setOpen(!open)}>
          <span className="max-sm:sr-only">{t('releases.details')}</span>
          <ChevronDown aria-hidden className={classes('transition-transform', open && 'rotate-180')} />
        </Button>
      </div>
      {open && <ReleaseDetails release={release} />}
    </div>
  );
}

function ReleaseDetails({ release }: { release: ReleaseView }) {
  const t = useT();
  const processes = Object.entries(release.processes);
  return (
    <div className="mt-3 grid gap-4 rounded-lg bg-sunken p-4">
      <Facts
        items={[
          { name: t('releases.image'), value: <code>{release.image}</code> },
          {
            name: t('releases.processes'),
            value: processes.map(([name, command]) => (
              <p key={name}>
                {name}: <code>{command.length === 0 ? t('releases.ownCommand') : command.join(' ')}</code>
              </p>
            )),
          },
          {
            name: t('appPage.config'),
            value:
              release.configKeys.length === 0 ? (
                t('releases.noConfig')
              ) : (
                <span className="flex flex-wrap gap-1">
                  {release.configKeys.map((key) => (
                    <Tag key={key} className="font-mono">
                      {key}
                    </Tag>
                  ))}
                </span>
              ),
          },
          {
            name: t('overview.limits'),
            value: t('overview.limitsValue', {
              memory: release.limits.memoryMb,
              cpus: release.limits.cpus,
              pids: release.limits.pids,
            }),
          },
          { name: t('settings.healthPath'), value: release.healthPath ?? t('settings.tcp') },
        ]}
      />
      {release.build === null ? (
        <p className="text-sm text-ink-soft">{t('releases.noBuild')}</p>
      ) : (
        <ReleaseLayers build={release.build} />
      )}
    </div>
  );
}

function ReleaseLayers({ build }: { build: string }) {
  const app = useApp();
  const query = useQuery(buildQuery(app.name, build));
  return (
    <Loaded query={query}>
      {(data) => <LayerList layers={data.layers ?? []} imageBytes={data.imageBytes} />}
    </Loaded>
  );
}
