import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Request, Response } from 'express';

/** In the order in which they are preferred. Well below the highest levels: somebody waits for the first answer. */
const codings = {
  br: (whole: Buffer) =>
    promisify(brotliCompress)(whole, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
  gzip: (whole: Buffer) => promisify(gzip)(whole),
};
type Coding = keyof typeof codings;

/** Something large that is always the same: read or made when it is first asked for, and compressed once for each coding. */
export class Compressed {
  private whole: Promise<Buffer> | null = null;
  private readonly packed = new Map<Coding, Promise<Buffer>>();

  constructor(
    private readonly type: string,
    private readonly make: () => Promise<Buffer | string>,
  ) {}

  /** Answers with it, as the visitor can take it. */
  async send(request: Request, response: Response): Promise<void> {
    response.vary('Accept-Encoding').type(this.type);
    const coding = (Object.keys(codings) as Coding[]).find(
      (each) => request.acceptsEncodings(each, 'identity') === each,
    );
    if (coding !== undefined) response.set('Content-Encoding', coding);
    response.send(await (coding === undefined ? this.plain() : this.in(coding)));
  }

  private plain(): Promise<Buffer> {
    // A failure is not kept: the next one who asks tries again.
    this.whole ??= this.make().then(
      (made) => Buffer.from(made as string),
      (error: unknown) => {
        this.whole = null;
        throw error;
      },
    );
    return this.whole;
  }

  private in(coding: Coding): Promise<Buffer> {
    const known = this.packed.get(coding);
    if (known !== undefined) return known;
    const made = this.plain().then(codings[coding]);
    made.catch(() => this.packed.delete(coding));
    this.packed.set(coding, made);
    return made;
  }
}
