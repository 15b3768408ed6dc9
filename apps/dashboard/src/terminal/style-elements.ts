/**
 * xterm writes its styles as <style> elements and style attributes, which the Content-Security-Policy refuses; what a script puts
 * into a style sheet or a style object it may. While a terminal is shown, the page's document makes such elements so that they do
 * the one for the other. (xterm's option for a document of its own reaches only half of its parts.)
 *
 * @returns how to end it
 */
export function allowXtermStyles(): () => void {
  shown += 1;
  document.createElement = createElement as typeof document.createElement;
  return () => {
    shown -= 1;
    if (shown === 0) delete (document as { createElement?: unknown }).createElement;
  };
}

let shown = 0;

function createElement(this: Document, name: string, options?: ElementCreationOptions): HTMLElement {
  if (name === 'style') return styleHolder();
  const element = Document.prototype.createElement.call(this, name, options);
  if (name === 'span') letStyle(element);
  return element;
}

/** Stands for a <style>: its text becomes a sheet of the document. */
function styleHolder(): HTMLElement {
  const sheet = new CSSStyleSheet();
  document.adoptedStyleSheets.push(sheet);
  const holder = Document.prototype.createElement.call(document, 'i');
  holder.hidden = true;
  let text = '';
  Object.defineProperty(holder, 'textContent', {
    get: () => text,
    set: (css: string) => {
      text = css;
      sheet.replaceSync(css);
    },
  });
  const remove = holder.remove.bind(holder);
  holder.remove = () => {
    document.adoptedStyleSheets = document.adoptedStyleSheets.filter((one) => one !== sheet);
    remove();
  };
  return holder;
}

/** Its style attribute goes by its style object. */
function letStyle(element: HTMLElement): void {
  const setAttribute = element.setAttribute.bind(element);
  element.setAttribute = (name, value) => {
    if (name === 'style') element.style.cssText = value;
    else setAttribute(name, value);
  };
}
