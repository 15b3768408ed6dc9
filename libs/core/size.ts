/** `10MB` in bytes; a KB has 1,024 of them. The form is checked before: `sizeForm`. */
export function bytesOf(text: string): number {
  return parseInt(text, 10) * (unitBytes[text.slice(-2)] ?? 1);
}

/** A number with its unit. */
export const sizeForm = /^\d{1,9} ?(?:KB|MB|GB)$/;

const unitBytes: Record<string, number> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
