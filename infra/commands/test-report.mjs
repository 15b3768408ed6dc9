/** `12 passed, 0 failed`, with `, 3 skipped` where something was. */
export function wholeText({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

/**
 * Counts of one report. A run that ended badly without a failed test (a set-up that threw, an unhandled error) counts as one
 * failure: it must not look green.
 * @param {any} report vitest's JSON, or null when there is none
 */
export function countsOf(report, code) {
  const passed = report?.numPassedTests ?? 0;
  const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
  const failed = report?.numFailedTests ?? 0;
  return { passed, skipped, failed: failed === 0 && code !== 0 ? 1 : failed };
}

export function add(one, other) {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: (one.skipped ?? 0) + (other.skipped ?? 0),
  };
}

/**
 * The tests that failed first and passed at the second try: each hides a race, in the test or in the product.
 * @param {any} report vitest's JSON, or null when there is none
 * @returns {{ name: string, why: string }[]} the test's full name and the first line of what went wrong
 */
export function secondTries(report) {
  return (report?.testResults ?? [])
    .flatMap(({ assertionResults }) => assertionResults)
    .filter(({ status, failureMessages }) => status === 'passed' && failureMessages.length > 0)
    .map(({ fullName, failureMessages }) => ({ name: fullName, why: failureMessages[0].split('\n')[0] }));
}
