import type { ReleaseDiff } from '#libs/contracts/api/release-diff.js';
import { useT } from '../i18n/i18n.tsx';
import { classes } from '../ui/classes.ts';
import { Bytes } from '../ui/time.tsx';

const looks = {
  same: 'text-ink-soft',
  added: 'text-ok',
  removed: 'text-bad',
} as const;

/** The layers of two images, the newest on top: shared ones are stored and drawn once. */
export function LayerChanges({ image }: { image: ReleaseDiff['image'] }) {
  const t = useT();
  const sums = [
    ['same', image.sameBytes],
    ['added', image.addedBytes],
    ['removed', image.removedBytes],
  ] as const;
  return (
    <div className="space-y-3">
      <p className="flex flex-wrap gap-x-5 text-sm">
        {sums.map(([change, bytes]) => (
          <span key={change} className={looks[change]}>
            {t(`diff.layer.${change}`)}: <Bytes value={bytes} />
          </span>
        ))}
      </p>
      <ol className="divide-y divide-line rounded-lg border border-line">
        {image.layers.toReversed().map((layer, index) => (
          <li
            key={index}
            className="grid grid-cols-[4rem_minmax(0,1fr)_auto] items-baseline gap-x-3 px-3 py-2 text-sm"
          >
            <span className={looks[layer.change]}>{t(`diff.layer.${layer.change}`)}</span>
            <div className="min-w-0">
              <span className="font-medium">{t(`layers.part.${layer.part}`)}</span>
              <p
                className="truncate font-mono text-xs text-ink-faint"
                title={`${layer.createdBy}\n${layer.digest}`}
              >
                {layer.createdBy}
              </p>
            </div>
            <span className={classes('text-ink-soft', layer.change === 'removed' && 'line-through')}>
              <Bytes value={layer.sizeBytes} />
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
