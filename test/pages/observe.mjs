/** What the page counts of itself from its first moment on; runs in the page, so it may use nothing from outside of itself. */
export function observe() {
  const seen = { layoutShift: 0, shifted: [], firstPaint: 0, largestPaint: 0, longTasks: 0 };
  const watch = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  watch('layout-shift', ({ hadRecentInput, value, sources }) => {
    if (hadRecentInput) return;
    seen.layoutShift += value;
    for (const { node } of sources)
      if (node instanceof Element)
        seen.shifted.push(`${value.toFixed(3)} ${node.cloneNode().outerHTML.slice(0, 120)}`);
  });
  watch('paint', ({ name, startTime }) => {
    if (name === 'first-contentful-paint') seen.firstPaint = startTime;
  });
  watch('largest-contentful-paint', ({ startTime }) => (seen.largestPaint = startTime));
  watch('longtask', ({ duration }) => (seen.longTasks += duration));
  globalThis.berthObserved = seen;
}

/** What the page looks like now; runs in the page. */
export function lookAround(smallestPx) {
  const root = document.documentElement;
  const tapped =
    'a[href], button, input:not([type=hidden]), select, textarea, summary, [role=button], [role=tab], [role=option], [role^=menuitem]';
  const shown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true }) &&
    element.closest('[inert], .sr-only, .xterm') === null;
  /** A box that is ticked is tapped by its label too. */
  const area = (element) => {
    const box = element.getBoundingClientRect();
    const label = element.closest('label')?.getBoundingClientRect() ?? box;
    return { width: Math.max(box.width, label.width), height: Math.max(box.height, label.height) };
  };
  const smallTargets = [...document.querySelectorAll(tapped)]
    .filter((element) => shown(element) && getComputedStyle(element).display !== 'inline')
    .map((element) => ({ element, ...area(element) }))
    .filter(({ width, height }) => width > 0 && Math.min(width, height) < smallestPx)
    .map(
      ({ element, width, height }) =>
        `${Math.round(width)} x ${Math.round(height)} px: ${element.outerHTML.slice(0, 160)}`,
    );
  const spilling = [...document.querySelectorAll('a[href], button')]
    .filter(
      (element) =>
        shown(element) &&
        getComputedStyle(element).display !== 'inline' &&
        getComputedStyle(element).overflowX === 'visible' &&
        element.scrollWidth > element.clientWidth + 1,
    )
    .map((element) => element.outerHTML.slice(0, 160));
  const wide = root.scrollWidth - root.clientWidth;
  const sticksOut = () =>
    [...document.querySelectorAll('body *')]
      .filter((element) => element.getBoundingClientRect().right > root.clientWidth + 1)
      .at(-1)
      ?.outerHTML.slice(0, 160);
  return {
    language: root.lang,
    title: document.title,
    charset: document.characterSet,
    metas: [...document.querySelectorAll('meta[name][content]')].map((meta) => meta.getAttribute('name')),
    headings: document.querySelectorAll('h1').length,
    elements: document.querySelectorAll('*').length,
    overflow: wide > 0 ? `${wide} px, perhaps by ${sticksOut()}` : null,
    smallTargets,
    spilling,
    observed: globalThis.berthObserved,
  };
}

/** Resolves when what is on the page now has been drawn, and the frame after it. */
export function drawn() {
  return new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done())));
}

/** Has this element the focus, and what has it without showing it? Runs in the page. */
export function whereFocusIs(wanted) {
  const element = document.activeElement;
  const has = element === wanted;
  // The page itself, where a walk begins, and what draws a focus of its own.
  if (element === null || element.matches('body, main, iframe, .xterm *')) return { has, unseen: null };
  const { outlineStyle, outlineWidth } = getComputedStyle(element);
  const { top, bottom, left, right } = element.getBoundingClientRect();
  const drawn = outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 1;
  const within = bottom > 0 && right > 0 && top < innerHeight && left < innerWidth;
  return { has, unseen: drawn && within ? null : element.outerHTML.slice(0, 200) };
}
