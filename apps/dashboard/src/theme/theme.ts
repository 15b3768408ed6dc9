/** What the user chose; `system` follows the machine. public/boot.js reads the same key before the first paint. */
export type Theme = 'light' | 'dark' | 'system';
const KEY = 'berth.theme';
const darkQuery = window.matchMedia('(prefers-color-scheme: dark)');

/** The remembered choice; `system` where nothing was chosen or storage is off. */
export function chosenTheme(): Theme {
  try {
    const stored = localStorage.getItem(KEY);
    return stored === 'light' || stored === 'dark' ? stored : 'system';
  } catch {
    return 'system';
  }
}

/** Remembers and applies a choice. */
export function chooseTheme(theme: Theme): void {
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage is off: the choice lasts until the page is left.
  }
  apply(theme);
}

/** Keeps the page in step with the machine while `system` is chosen. */
export function followSystemTheme(): void {
  darkQuery.addEventListener('change', () => apply(chosenTheme()));
}

function apply(theme: Theme): void {
  const dark = theme === 'dark' || (theme === 'system' && darkQuery.matches);
  const { dataset } = document.documentElement;
  // All colours change in one frame: a button's text that fades while its ground does not cannot be read meanwhile.
  dataset.instant = '';
  dataset.theme = dark ? 'dark' : 'light';
  document.body.getBoundingClientRect();
  delete dataset.instant;
}
