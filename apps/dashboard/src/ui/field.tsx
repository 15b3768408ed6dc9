import { useId, type ComponentProps, type ReactNode } from 'react';
import { useT } from '../i18n/i18n.tsx';
import { classes } from './classes.ts';

export const inputClass = classes(
  'w-full min-h-9 rounded-lg border border-line-strong bg-surface px-3 py-1.5 text-sm text-ink',
  'placeholder:text-ink-faint aria-invalid:border-bad-dot disabled:opacity-60',
);

interface FieldFrame {
  label: ReactNode;
  hint?: ReactNode;
  /** A sentence of the page's or of the server's. */
  error?: string | null | undefined;
}

function Frame(props: FieldFrame & { id: string; children: ReactNode }) {
  const t = useT();
  return (
    <div className="min-w-0">
      <label htmlFor={props.id} className="mb-1 block text-sm font-medium">
        {props.label}
      </label>
      {props.children}
      {props.error ? (
        <p id={`${props.id}-note`} className="mt-1 text-sm text-bad">
          {t.say(props.error)}
        </p>
      ) : (
        props.hint && (
          <p id={`${props.id}-note`} className="mt-1 text-sm text-ink-soft">
            {props.hint}
          </p>
        )
      )}
    </div>
  );
}

function describe(id: string, { hint, error }: Pick<FieldFrame, 'hint' | 'error'>) {
  return {
    id,
    'aria-invalid': error ? true : undefined,
    'aria-describedby': error || hint ? `${id}-note` : undefined,
  };
}

/** A labelled input with a hint, or an error in its place. */
export function TextField({ label, hint, error, className, ...rest }: FieldFrame & ComponentProps<'input'>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <input {...rest} {...describe(id, { hint, error })} className={classes(inputClass, className)} />
    </Frame>
  );
}

export function TextArea({
  label,
  hint,
  error,
  className,
  ...rest
}: FieldFrame & ComponentProps<'textarea'>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <textarea
        {...rest}
        {...describe(id, { hint, error })}
        className={classes(inputClass, 'font-mono', className)}
      />
    </Frame>
  );
}

/** A box to tick, with its label behind it. */
export function CheckField({ label, ...rest }: { label: ReactNode } & ComponentProps<'input'>) {
  return (
    <label className="flex items-center gap-2 text-sm font-medium">
      <input type="checkbox" {...rest} />
      {label}
    </label>
  );
}

/** A labelled native select: the phone's own picker, and keyboard use for free. */
export function SelectField({
  label,
  hint,
  error,
  className,
  children,
  ...rest
}: FieldFrame & ComponentProps<'select'>) {
  const id = useId();
  return (
    <Frame id={id} label={label} hint={hint} error={error}>
      <select {...rest} {...describe(id, { hint, error })} className={classes(inputClass, className)}>
        {children}
      </select>
    </Frame>
  );
}
