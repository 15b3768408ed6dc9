/**
 * `12.3 MB`: what is stored or sent is told in powers of 1,000, as registries, disks and Docker count it. Memory and all limits are told
 * in MiB, powers of 1,024, as kernels count them.
 */
export function storedSize(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 999_950) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 999_950_000 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

/** `512 MiB`, `23.4 GiB`: memory, and limits. */
export function memorySize(bytes: number): string {
  const mebibytes = bytes / 1024 ** 2;
  if (mebibytes >= 10_240) return `${(mebibytes / 1024).toFixed(1)} GiB`;
  return `${mebibytes < 100 ? Number(mebibytes.toFixed(1)) : Math.round(mebibytes)} MiB`;
}

/** `10MB` in bytes; a KB has 1,024 of them. The form is checked before: `sizeForm`. */
export function bytesOf(text: string): number {
  return parseInt(text, 10) * (unitBytes[text.slice(-2)] ?? 1);
}

/** A number with its unit. */
export const sizeForm = /^\d{1,9} ?(?:KB|MB|GB)$/;

const unitBytes: Record<string, number> = { KB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
