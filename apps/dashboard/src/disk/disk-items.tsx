import type { DiskItem } from '#libs/contracts/api/disk.js';
import { useT } from '../i18n/i18n.tsx';
import { Bytes } from '../ui/time.tsx';

/** What goes (or went), and why. */
export function DiskItems({ items, title }: { items: readonly DiskItem[]; title: string }) {
  const t = useT();
  return (
    <div className="text-sm">
      <h3 className="font-medium">{title}</h3>
      {items.length === 0 ? (
        <p className="text-ink-soft">{t('disk.nothing')}</p>
      ) : (
        <ul className="mt-1 divide-y divide-line">
          {items.map((item) => (
            <li key={`${item.kind} ${item.name}`} className="py-1.5">
              <span className="font-mono text-xs wrap-anywhere">{item.name}</span>{' '}
              {item.bytes !== null && <Bytes value={item.bytes} />}
              <p className="text-ink-soft">{t.say(item.why)}</p>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
