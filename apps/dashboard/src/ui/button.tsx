import type { ComponentProps } from 'react';
import { LoaderCircle } from 'lucide-react';
import { classes } from './classes.ts';

export type ButtonLook = 'primary' | 'plain' | 'quiet' | 'danger';

const looks: Record<ButtonLook, string> = {
  primary: 'bg-accent text-on-accent hover:bg-accent-strong border-transparent',
  plain: 'bg-surface text-ink border-line-strong hover:bg-sunken',
  quiet: 'bg-transparent text-ink-soft border-transparent hover:bg-sunken hover:text-ink',
  danger: 'bg-surface text-bad border-bad-dot/50 hover:bg-bad-soft',
};

/** Classes of a button, for links that look like one. */
export function buttonClass(look: ButtonLook = 'plain', small = false): string {
  return classes(
    'inline-flex items-center justify-center gap-2 rounded-lg border font-medium whitespace-nowrap transition-colors',
    'disabled:opacity-55 disabled:cursor-not-allowed aria-disabled:opacity-55 aria-disabled:cursor-not-allowed [&_svg]:size-4 [&_svg]:shrink-0',
    small
      ? 'min-h-8 px-2.5 text-sm pointer-coarse:min-h-9'
      : 'min-h-9 px-3.5 text-sm pointer-coarse:min-h-10',
    looks[look],
  );
}

interface ButtonProps extends ComponentProps<'button'> {
  look?: ButtonLook;
  small?: boolean;
  /** Shows that its work is under way; cannot be pressed meanwhile, and keeps the focus. */
  busy?: boolean;
}

export function Button({ look, small, busy = false, className, children, onClick, ...rest }: ButtonProps) {
  return (
    <button
      type="button"
      {...rest}
      onClick={busy ? (event) => event.preventDefault() : onClick}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
      className={classes(buttonClass(look, small), className)}
    >
      {busy && <LoaderCircle aria-hidden className="animate-spin" />}
      {children}
    </button>
  );
}

/** A button that shows only an icon; `label` is read out and shown on hover. */
export function IconButton({ label, ...rest }: ButtonProps & { label: string }) {
  return (
    <Button
      look="quiet"
      aria-label={label}
      title={label}
      {...rest}
      className={classes('px-2!', rest.className)}
    />
  );
}
