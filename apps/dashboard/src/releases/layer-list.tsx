import type { ImageLayer, LayerPart } from '#libs/contracts/build-plan.js';
import { useT } from '../i18n/i18n.tsx';
import { classes } from '../ui/classes.ts';
import { Bytes } from '../ui/time.tsx';
import { useBuildWords } from './use-build-words.ts';

const colours: Record<LayerPart, string> = {
  base: 'bg-host-line',
  runtime: 'bg-platform-line',
  dependencies: 'bg-busy-dot',
  app: 'bg-user-line',
  other: 'bg-ink-faint',
};

/** The layers of an image from the app down to its base, as wide as they are large; each says why it was made anew. */
export function LayerList({ layers, imageBytes }: { layers: ImageLayer[]; imageBytes: number | null }) {
  const t = useT();
  const say = useBuildWords();
  if (layers.length === 0) return <p className="text-sm text-ink-soft">{t('layers.none')}</p>;
  const total = layers.reduce((sum, layer) => sum + layer.sizeBytes, 0);
  const fresh = layers.filter((layer) => !layer.reused);
  return (
    <div className="space-y-3">
      <p className="text-sm text-ink-soft">
        {t('layers.summary', { count: layers.length, fresh: fresh.length })} ·{' '}
        <Bytes value={fresh.reduce((sum, layer) => sum + layer.sizeBytes, 0)} /> {t('layers.of')}{' '}
        <Bytes value={imageBytes ?? total} />
      </p>
      <div aria-hidden className="flex h-3 overflow-hidden rounded-full bg-line">
        {layers.map((layer, index) => (
          <div
            key={index}
            className={classes(
              colours[layer.part],
              'min-w-0.5 border-r border-surface last:border-0',
              layer.reused && 'opacity-45',
            )}
            style={{ flexGrow: layer.sizeBytes + total / 200 }}
          />
        ))}
      </div>
      <ol className="divide-y divide-line rounded-lg border border-line bg-surface">
        {[...layers].reverse().map((layer, index) => (
          <li key={index} className="grid grid-cols-[auto_minmax(0,1fr)_auto] gap-x-3 px-3 py-2 text-sm">
            <span aria-hidden className={classes('mt-1.5 size-2.5 rounded-sm', colours[layer.part])} />
            <div className="min-w-0">
              <p className="flex flex-wrap items-baseline gap-x-2">
                <span className="font-medium">{t(`layers.part.${layer.part}`)}</span>
                <span className={layer.reused ? 'text-ink-soft' : 'text-busy'}>
                  {layer.reused ? t('layers.reused') : t('layers.new')}
                </span>
              </p>
              {layer.whyNot && <p className="text-ink-soft wrap-anywhere">{say(layer.whyNot)}</p>}
              <p
                className="truncate font-mono text-xs text-ink-faint"
                title={`${layer.createdBy}\n${layer.digest}`}
              >
                {layer.createdBy}
              </p>
            </div>
            <span className="text-ink-soft">
              <Bytes value={layer.sizeBytes} />
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
