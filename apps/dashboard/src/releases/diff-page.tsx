import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import type { ReleaseDiff } from '#libs/contracts/api/release-diff.js';
import { useApp } from '../apps/use-app.ts';
import { useT } from '../i18n/i18n.tsx';
import { Card, Facts } from '../ui/card.tsx';
import { SelectField } from '../ui/field.tsx';
import { rowsOf } from '../ui/more.tsx';
import { Tag } from '../ui/pill.tsx';
import { Loaded } from '../ui/states.tsx';
import { useTitle } from '../ui/use-title.ts';
import { FileChanges } from './file-changes.tsx';
import { LayerChanges } from './layer-changes.tsx';
import { diffQuery, releasesQuery } from './releases.queries.ts';

const route = getRouteApi('/shell/apps/$app/releases/diff');

/** What changed between two releases: chosen in the address, or the newest and the one before. */
export function DiffPage() {
  const t = useT();
  const app = useApp();
  const search = route.useSearch();
  const to = search.to ?? app.liveRelease?.number ?? 1;
  const from = search.from ?? Math.max(1, to - 1);
  const diff = useQuery(diffQuery(app.name, from, to));
  useTitle(t('diff.title', { from, to }), app.name);
  return (
    <div className="grid gap-4">
      <Card title={t('diff.title', { from, to })} about={t('diff.about')}>
        <Choice from={from} to={to} />
      </Card>
      <Loaded query={diff}>{(data) => <Differences diff={data} />}</Loaded>
    </div>
  );
}

function Choice({ from, to }: { from: number; to: number }) {
  const t = useT();
  const app = useApp();
  const navigate = route.useNavigate();
  const releases = useInfiniteQuery(releasesQuery(app.name));
  const known = releases.data === undefined ? [] : rowsOf(releases.data).map(({ number }) => number);
  const numbers = [...new Set([...known, from, to])].sort((a, b) => b - a);
  const field = (name: 'from' | 'to', value: number) => (
    <SelectField
      label={t(`diff.${name}`)}
      value={value}
      onChange={(event) =>
        void navigate({ search: { from, to, [name]: Number(event.target.value) }, replace: true })
      }
    >
      {numbers.map((number) => (
        <option key={number} value={number}>
          v{number}
        </option>
      ))}
    </SelectField>
  );
  return (
    <div className="grid max-w-sm grid-cols-2 gap-4">
      {field('from', from)}
      {field('to', to)}
    </div>
  );
}

function Differences({ diff }: { diff: ReleaseDiff }) {
  const t = useT();
  const { code, config, settings, image } = diff;
  const names = (['added', 'removed', 'changed'] as const).filter((kind) => config[kind].length > 0);
  return (
    <>
      <Card
        title={t('diff.code')}
        about={code.files.length > 0 ? t('diff.files', { count: code.files.length + code.more }) : undefined}
      >
        {code.unknown !== null || code.files.length === 0 ? (
          <p className="text-sm text-ink-soft">{code.unknown ?? t('diff.same')}</p>
        ) : (
          <FileChanges files={code.files} more={code.more} />
        )}
      </Card>
      <Card title={t('appPage.config')}>
        {names.length === 0 ? (
          <p className="text-sm text-ink-soft">{t('diff.same')}</p>
        ) : (
          <Facts
            items={names.map((kind) => ({
              name: t(`diff.config.${kind}`),
              value: (
                <span className="flex flex-wrap gap-1">
                  {config[kind].map((name) => (
                    <Tag key={name} className="font-mono">
                      {name}
                    </Tag>
                  ))}
                </span>
              ),
            }))}
          />
        )}
      </Card>
      {settings.length > 0 && (
        <Card title={t('diff.settings')}>
          <Facts
            items={settings.map(({ name, before, after }) => ({
              name,
              value: (
                <>
                  <del className="text-bad">{before || '–'}</del> →{' '}
                  <ins className="text-ok no-underline">{after || '–'}</ins>
                </>
              ),
            }))}
          />
        </Card>
      )}
      <Card title={t('diff.image')}>
        {image.before === image.after ? (
          <p className="text-sm text-ink-soft">{t('diff.same')}</p>
        ) : (
          <LayerChanges image={image} />
        )}
      </Card>
    </>
  );
}
