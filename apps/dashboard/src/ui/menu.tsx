import type { ReactNode } from 'react';
import { DropdownMenu } from 'radix-ui';
import { classes } from './classes.ts';

/**
 * A menu below a button. Not modal: Radix locks scrolling of modal menus with a <style>, which the
 * Content-Security-Policy refuses.
 */
export function Menu({ trigger, children }: { trigger: ReactNode; children: ReactNode }) {
  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger asChild>{trigger}</DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content
          align="end"
          sideOffset={6}
          collisionPadding={8}
          className="z-40 min-w-52 rounded-xl border border-line bg-surface p-1.5 text-sm shadow-card"
        >
          {children}
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

const itemClass = classes(
  'flex w-full cursor-pointer items-center gap-2.5 rounded-lg px-2.5 py-1.5 outline-none select-none',
  'data-highlighted:bg-accent-soft data-highlighted:text-ink data-disabled:opacity-50 [&_svg]:size-4',
);

/** With `asChild`, the child (a link) is the item. */
export function MenuItem(props: { onSelect?: () => void; asChild?: boolean; children: ReactNode }) {
  return (
    <DropdownMenu.Item
      {...(props.asChild ? { asChild: true } : {})}
      {...(props.onSelect ? { onSelect: props.onSelect } : {})}
      className={itemClass}
    >
      {props.children}
    </DropdownMenu.Item>
  );
}

export function MenuLabel({ children }: { children: ReactNode }) {
  return (
    <DropdownMenu.Label className="px-2.5 pt-2 pb-1 text-xs font-medium text-ink-faint">
      {children}
    </DropdownMenu.Label>
  );
}

/** One of several choices, the current one marked. */
export function MenuChoices<T extends string>(props: {
  value: T;
  onChange: (value: T) => void;
  options: { value: T; label: string; icon?: ReactNode }[];
}) {
  return (
    <DropdownMenu.RadioGroup value={props.value} onValueChange={(value) => props.onChange(value as T)}>
      {props.options.map((option) => (
        <DropdownMenu.RadioItem
          key={option.value}
          value={option.value}
          className={classes(itemClass, 'data-[state=checked]:font-medium data-[state=checked]:text-accent')}
        >
          {option.icon}
          {option.label}
        </DropdownMenu.RadioItem>
      ))}
    </DropdownMenu.RadioGroup>
  );
}

export function MenuLine() {
  return <DropdownMenu.Separator className="my-1.5 h-px bg-line" />;
}
