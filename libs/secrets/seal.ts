import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { BerthError } from '#libs/core/errors.js';

/**
 * Seals and opens values at rest with AES-256-GCM. `context` (e.g. `config:<appId>`) is authenticated with the value, so
 * a sealed value copied onto another row does not open there.
 */
export class Sealer {
  private readonly key: Buffer;

  /** @param keyBase64 32 bytes in base64 (BERTH_SECRET_KEY). */
  constructor(keyBase64: string) {
    this.key = Buffer.from(keyBase64, 'base64');
    if (this.key.length !== 32) {
      throw new BerthError(
        'secret_key_invalid',
        'BERTH_SECRET_KEY must be 32 bytes in base64; restore secret.key from your backup.',
      );
    }
  }

  /** Returns `v1.<nonce>.<tag>.<ciphertext>` in base64url. */
  seal(plain: string, context: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', this.key, nonce);
    cipher.setAAD(Buffer.from(context));
    const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
    return ['v1', ...[nonce, cipher.getAuthTag(), sealed].map((part) => part.toString('base64url'))].join(
      '.',
    );
  }

  /** Opens what `seal` made; throws `sealed_value_unreadable` on another key, another context or damage. */
  open(sealed: string, context: string): string {
    const [version, nonce, tag, body] = sealed.split('.');
    if (version !== 'v1' || nonce === undefined || tag === undefined || body === undefined)
      throw unreadable();
    try {
      const decipher = createDecipheriv('aes-256-gcm', this.key, Buffer.from(nonce, 'base64url'), {
        authTagLength: 16,
      });
      decipher.setAAD(Buffer.from(context));
      decipher.setAuthTag(Buffer.from(tag, 'base64url'));
      return Buffer.concat([decipher.update(Buffer.from(body, 'base64url')), decipher.final()]).toString(
        'utf8',
      );
    } catch (cause) {
      throw unreadable(cause);
    }
  }
}

function unreadable(cause?: unknown): BerthError {
  return new BerthError(
    'sealed_value_unreadable',
    'A sealed value cannot be opened with the present secret key; restore the key that it was sealed with.',
    { cause },
  );
}
