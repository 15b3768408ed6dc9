/** A release, as far as it matters for keeping its image. */
export interface RetainedRelease {
  id: string;
  number: number;
  /** `apps/<appId>@sha256:…`; several releases may share one. */
  image: string;
  /** Why it must stay, whatever the policy says ("It is live."); null when nothing holds it. */
  inUse: string | null;
  /** Was it ever live? */
  wasLive: boolean;
}

export interface RetentionPolicy {
  /** So many of the newest releases can be gone back to. */
  keep: number;
  /** Most bytes that the app's own images may take. */
  budgetBytes: number;
}

export interface Verdict {
  kept: boolean;
  why: string;
}

/**
 * Which of an app's releases keep their image, and why: those in use; the `keep` newest, and the `keep` newest that were live (a row of failures
 * takes no way back); of these as many, newest first, as the budget has room for. What is in use counts against the budget, but stays.
 *
 * @param addsBytes what a release's image needs beyond the images of those named before; called newest first, in use before others
 */
export function retention(
  releases: readonly RetainedRelease[],
  policy: RetentionPolicy,
  addsBytes: (image: string) => number,
): Map<string, Verdict> {
  const newest = [...releases].sort((a, b) => b.number - a.number);
  const among = new Set(
    [...newest.slice(0, policy.keep), ...newest.filter(({ wasLive }) => wasLive).slice(0, policy.keep)].map(
      ({ id }) => id,
    ),
  );
  const verdicts = new Map<string, Verdict>();
  let bytes = 0;
  for (const { id, image, inUse } of newest) {
    if (inUse === null) continue;
    bytes += addsBytes(image);
    verdicts.set(id, { kept: true, why: inUse });
  }
  let full = false;
  for (const { id, image } of newest) {
    if (verdicts.has(id)) continue;
    if (!among.has(id)) {
      verdicts.set(id, { kept: false, why: `It is older than the ${policy.keep} newest releases.` });
      continue;
    }
    const adds: number = full ? 0 : addsBytes(image);
    full ||= adds > 0 && bytes + adds > policy.budgetBytes;
    if (!full) bytes += adds;
    verdicts.set(
      id,
      full
        ? { kept: false, why: 'The images of the newer releases fill the app’s disk budget.' }
        : { kept: true, why: `It is among the ${policy.keep} newest releases.` },
    );
  }
  return shareImages(newest, verdicts);
}

/** An image stays while one release keeps it: another release of the same image then costs nothing, and stays as well. */
function shareImages(
  newest: readonly RetainedRelease[],
  verdicts: Map<string, Verdict>,
): Map<string, Verdict> {
  const keeper = new Map<string, number>();
  for (const { id, image, number } of newest)
    if (verdicts.get(id)?.kept && !keeper.has(image)) keeper.set(image, number);
  for (const { id, image } of newest) {
    const by = keeper.get(image);
    if (by !== undefined && !verdicts.get(id)?.kept)
      verdicts.set(id, { kept: true, why: `It has the same image as v${by}.` });
  }
  return verdicts;
}
