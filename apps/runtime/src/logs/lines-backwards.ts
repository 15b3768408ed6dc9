import { open } from 'node:fs/promises';

const blockBytes = 64 * 1024;
const newline = 0x0a;

/** Lines of a file from the last to the first, read in blocks: the newest lines of a large file cost little. */
export async function* linesBackwards(path: string): AsyncGenerator<string> {
  const file = await open(path, 'r').catch(() => null);
  if (file === null) return;
  try {
    let position = (await file.stat()).size;
    let rest: Buffer = Buffer.alloc(0);
    while (position > 0) {
      const length = Math.min(blockBytes, position);
      position -= length;
      const block = Buffer.alloc(length);
      const { bytesRead } = await file.read(block, 0, length, position);
      const data = Buffer.concat([block.subarray(0, bytesRead), rest]);
      // What comes before the first newline belongs to a line that begins in the block before.
      const first = position === 0 ? -1 : data.indexOf(newline);
      const whole = position === 0 ? data : data.subarray(first + 1);
      rest = position === 0 ? Buffer.alloc(0) : first < 0 ? data : data.subarray(0, first + 1);
      if (position > 0 && first < 0) continue;
      const lines = whole.toString('utf8').split('\n');
      for (let index = lines.length - 1; index >= 0; index -= 1) {
        const line = lines[index] ?? '';
        if (line !== '') yield line;
      }
    }
  } finally {
    await file.close();
  }
}
