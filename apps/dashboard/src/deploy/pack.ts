import type { FolderFile } from './source-folder.ts';
import { tarEnd, tarHeader, tarPadding } from './tar.ts';

/**
 * Packs a folder into a tar.gz, file by file, so that only one file is read at a time. `onProgress` gets the share of bytes
 * read, 0 to 1. Throws the signal's reason when stopped.
 */
export async function packFolder(
  files: FolderFile[],
  options: { onProgress: (share: number) => void; signal: AbortSignal },
): Promise<Blob> {
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  let done = 0;
  const pieces = tarPieces(files, (bytes) => {
    done += bytes;
    options.onProgress(total === 0 ? 1 : done / total);
  });
  const tar = new ReadableStream<BufferSource>({
    async pull(controller) {
      options.signal.throwIfAborted();
      const { done: ended, value } = await pieces.next();
      if (ended) controller.close();
      else controller.enqueue(value);
    },
  });
  return new Response(tar.pipeThrough(new CompressionStream('gzip'))).blob();
}

async function* tarPieces(
  files: FolderFile[],
  onRead: (bytes: number) => void,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  for (const { path, file } of files) {
    const executable = await startsWithShebang(file);
    yield tarHeader({ path, size: file.size, executable, mtime: file.lastModified / 1000 });
    const reader = file.stream().getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      onRead(value.length);
      yield value;
    }
    yield tarPadding(file.size);
  }
  yield tarEnd();
}

/** Browsers hide the executable bit; what begins with #! (gradlew, scripts) is meant to be run. */
async function startsWithShebang(file: File): Promise<boolean> {
  const bytes = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return bytes[0] === 0x23 && bytes[1] === 0x21;
}
