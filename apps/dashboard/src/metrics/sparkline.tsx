import { useI18n } from '../i18n/i18n.tsx';

const size = { width: 96, height: 24 };

/** Requests of the last hour as small bars; the sum is said in words. */
export function Sparkline({ values }: { values: number[] | undefined }) {
  const { t } = useI18n();
  if (values === undefined) return <span aria-hidden className="inline-block h-6 w-24" />;
  const highest = Math.max(1, ...values);
  const step = size.width / values.length;
  const label = t('metrics.traffic', { count: values.reduce((sum, value) => sum + value, 0) });
  return (
    <svg {...size} role="img" aria-label={label} className="shrink-0">
      <title>{label}</title>
      {values.map((value, index) => {
        const height = value === 0 ? 1 : Math.max(2, (value / highest) * size.height);
        return (
          <rect
            key={index}
            x={index * step}
            y={size.height - height}
            width={Math.max(1, step - 1)}
            height={height}
            className={value === 0 ? 'fill-line-strong' : 'fill-accent'}
          />
        );
      })}
    </svg>
  );
}
