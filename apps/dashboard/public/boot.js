// Runs before everything else, as a file of its own, since the Content-Security-Policy allows no inline script.

// The theme, before the first paint, so that a dark page never flashes white. Keep in step with src/theme/theme.ts.
(() => {
  let wanted = null;
  try {
    wanted = localStorage.getItem('berth.theme');
  } catch {
    // Storage may be switched off: follow the system.
  }
  const dark =
    wanted === 'dark' || (wanted !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches);
  document.documentElement.dataset.theme = dark ? 'dark' : 'light';
})();

// A script or style of the page that could not be loaded (the network changed meanwhile, or the pages were renewed on the server)
// would leave an empty page: load it again, a few times. src/main.tsx resets the count once the page runs.
(() => {
  const KEY = 'berth.reloads';
  const LIMIT = 4;
  let over = false;
  const again = () => {
    if (over) return;
    over = true;
    let count = LIMIT;
    try {
      count = Number(sessionStorage.getItem(KEY) ?? 0);
      sessionStorage.setItem(KEY, String(count + 1));
    } catch {
      // Without storage there is no counting, so no trying again.
    }
    if (count < LIMIT) setTimeout(() => location.reload(), 300 * 2 ** count);
    else
      document.body.append(
        navigator.language.startsWith('zh')
          ? '此页面的部分文件无法加载。请检查网络连接，然后重新加载页面。'
          : 'Some files of this page could not be loaded. Check your connection and reload the page.',
      );
  };
  addEventListener('berth:not-started', again);
  addEventListener(
    'error',
    ({ target }) => {
      const missing =
        target instanceof HTMLScriptElement ||
        (target instanceof HTMLLinkElement && target.rel === 'stylesheet');
      if (missing) again();
    },
    true,
  );
})();
