import { bytesOf, sizeForm } from '#libs/core/size.js';
import { usage } from '../frame/failure.js';

/** `512KB`, `10MB`, `1GB`. Throws a usage failure. */
export function parseBytes(text: string): number {
  if (!sizeForm.test(text.toUpperCase())) throw usage(`"${text}" is no size; write 512KB, 10MB or 1GB.`);
  return bytesOf(text.toUpperCase());
}
