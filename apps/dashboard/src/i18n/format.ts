/** A text, or a text for one and a text for many, chosen by `count`. `{name}` is replaced by the value of that name. */
export type Message = string | { one: string; other: string };
export type Values = Record<string, string | number>;

/** Fills a message in. A missing value stays visible as `{name}`, so that a slip is seen and not silent. */
export function formatMessage(message: Message, locale: string, values: Values = {}): string {
  const text = typeof message === 'string' ? message : message[pluralForm(locale, values.count)];
  return text.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name];
    if (value === undefined) return whole;
    return typeof value === 'number' ? new Intl.NumberFormat(locale).format(value) : value;
  });
}

function pluralForm(locale: string, count: string | number | undefined): 'one' | 'other' {
  return new Intl.PluralRules(locale).select(Number(count ?? 0)) === 'one' ? 'one' : 'other';
}
