import type { LayerSharing } from '#libs/contracts/api/explain.js';
import { Link } from '@tanstack/react-router';
import { useT } from '../i18n/i18n.tsx';
import { classes } from '../ui/classes.ts';
import { Bytes } from '../ui/time.tsx';

const colours: Record<LayerSharing['layers'][number]['part'], string> = {
  base: 'border-host-line bg-host-soft',
  runtime: 'border-platform-line bg-platform-soft',
  dependencies: 'border-platform-line bg-platform-soft',
  app: 'border-user-line bg-user-soft',
  other: 'border-line-strong bg-sunken',
};

/**
 * The image's layers as a wall, base at the bottom: one column for each app, and a layer that several share is one box across
 * their columns, as it is one copy on the disk. Apps are in order of what they share, so what is shared lies side by side.
 */
export function SharedLayers({ app, sharing }: { app: string; sharing: LayerSharing }) {
  const t = useT();
  const columns = [app, ...sharing.apps.map(({ name }) => name)];
  const rows = sharing.layers.length;
  if (rows === 0) return <p className="text-sm text-ink-soft">{t('layers.none')}</p>;
  return (
    <div className="overflow-x-auto" role="region" tabIndex={0} aria-label={t('explain.shared')}>
      <div
        className="grid min-w-120 gap-1 text-xs"
        style={{ gridTemplateColumns: `repeat(${columns.length}, minmax(8rem, 1fr))` }}
      >
        {columns.map((name, index) => (
          <Link
            key={name}
            to="/apps/$app/explain"
            params={{ app: name }}
            className="truncate px-2 pb-1 text-sm font-semibold hover:underline"
            style={{ gridRow: 1, gridColumn: index + 1 }}
          >
            {name}
          </Link>
        ))}
        {sharing.layers.map((layer, index) => (
          <div
            key={index}
            className={classes('min-w-0 rounded-md border px-2 py-1', colours[layer.part])}
            style={{ gridRow: rows - index + 1, gridColumn: `1 / span ${layer.apps.length + 1}` }}
            title={`${layer.createdBy}\n${layer.digest}`}
          >
            <span className="flex flex-wrap gap-x-2">
              <span className="font-medium">{t(`layers.part.${layer.part}`)}</span>
              <Bytes value={layer.sizeBytes} />
              {layer.others > 0 && <span>{t('explain.sharedOthers', { count: layer.others })}</span>}
            </span>
            <span className="block truncate font-mono">{layer.createdBy || layer.digest.slice(7, 19)}</span>
          </div>
        ))}
        {sharing.apps.map(({ name, sharedLayers, ownLayers, ownBytes }, index) =>
          ownLayers === 0 ? null : (
            <div
              key={name}
              className={classes('min-w-0 rounded-md border border-dashed px-2 py-1', colours.app)}
              style={{ gridRow: `2 / span ${Math.max(1, rows - sharedLayers)}`, gridColumn: index + 2 }}
            >
              {t('explain.ownLayers', { count: ownLayers })}, <Bytes value={ownBytes} />
            </div>
          ),
        )}
      </div>
    </div>
  );
}
