/**
 * What npm means by an error, in one line: it prints objects, advice and file names around the one sentence that matters.
 * @param {unknown} error
 */
export function npmWords(error) {
  const output = error?.output ?? String(error?.message ?? error);
  const lines = output
    .split('\n')
    .map((line) => line.replace(/^npm (error|ERR!)\s?/, '').trim())
    .filter(Boolean);
  const told = lines.filter((line) =>
    /^(code E|notarget|404|network |request to|FetchError|connect |getaddrinfo|self[- ]signed|Missing: |Invalid: )/.test(
      line,
    ),
  );
  return (told.length > 0 ? told : lines).slice(0, 2).join('; ').slice(0, 300);
}
