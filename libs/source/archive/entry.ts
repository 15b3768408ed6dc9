/**
 * What an archive says it holds, before anybody has judged it. `content` is read to its end, or left alone, before the next
 * entry is asked for.
 */
export type ArchiveEntry = { path: string } & (
  | { kind: 'directory' }
  | { kind: 'file'; executable: boolean; content: AsyncIterable<Uint8Array> }
  | { kind: 'symlink'; target: string }
  /** Another name of a file that came before. */
  | { kind: 'hardlink'; target: string }
  /** A device, a named pipe, a socket, or something that Berth does not know: `what` says which. */
  | { kind: 'other'; what: string }
);
