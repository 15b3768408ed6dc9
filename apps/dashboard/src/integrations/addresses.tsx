import { useState, type ReactNode } from 'react';
import type { UseMutationResult, UseQueryResult } from '@tanstack/react-query';
import { useT } from '../i18n/i18n.tsx';
import { Card } from '../ui/card.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Empty, Loaded } from '../ui/states.tsx';
import { AddAddress } from './add-address.tsx';

interface Address {
  id: string;
  url: string;
}

/** The addresses that an app sends something to: one can be added, each can be removed. */
export function Addresses<Item extends Address, Added>(props: {
  words: { title: string; about: string; none: string; removeAbout: string };
  icon: ReactNode;
  placeholder: string;
  query: UseQueryResult<{ items: Item[] }>;
  add: UseMutationResult<Added, Error, string>;
  remove: UseMutationResult<unknown, Error, string>;
  /** What stands between the form and the list. */
  children?: ReactNode;
  row: (item: Item, onRemove: () => void) => ReactNode;
}) {
  const t = useT();
  const { words, add, remove } = props;
  const [leaving, setLeaving] = useState<Item | null>(null);
  const close = () => {
    setLeaving(null);
    remove.reset();
  };
  return (
    <Card title={words.title} about={words.about}>
      <div className="space-y-4">
        <AddAddress
          placeholder={props.placeholder}
          busy={add.isPending}
          error={add.error}
          onAdd={(url, done) => add.mutate(url, { onSuccess: done })}
        />
        {props.children}
        <Loaded query={props.query}>
          {({ items }) =>
            items.length === 0 ? (
              <Empty icon={props.icon} title={words.none} />
            ) : (
              <ul className="divide-y divide-line">
                {items.map((item) => props.row(item, () => setLeaving(item)))}
              </ul>
            )
          }
        </Loaded>
      </div>
      <Confirm
        open={leaving !== null}
        title={t('integrations.removeTitle', { address: leaving?.url ?? '' })}
        action={t('integrations.removeAction')}
        danger
        busy={remove.isPending}
        error={remove.error}
        onConfirm={() => leaving !== null && remove.mutate(leaving.id, { onSuccess: close })}
        onClose={close}
      >
        {words.removeAbout}
      </Confirm>
    </Card>
  );
}
