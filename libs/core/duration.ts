const units: Record<string, number> = { s: 1, m: 60, h: 3_600, d: 86_400 };

/** Seconds of `30s`, `10m`, `1h30m`, `2d`: every number with its unit. The caller has checked the form. */
export function secondsOf(text: string): number {
  return [...text.matchAll(/(\d+)([smhd])/g)].reduce(
    (sum, [, count, unit]) => sum + Number(count) * (units[unit ?? ''] ?? 0),
    0,
  );
}
