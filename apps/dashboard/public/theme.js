// Runs before the first paint so that a dark page never flashes white. Keep in step with src/theme/theme.ts.
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
