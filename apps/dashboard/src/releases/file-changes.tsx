import type { FileChange } from '#libs/contracts/api/release-diff.js';
import { useT } from '../i18n/i18n.tsx';
import { classes } from '../ui/classes.ts';

/** So many lines of a patch are open at first. */
const openLines = 60;

/** Changed files, each with its changed lines below its name. */
export function FileChanges({ files, more }: { files: FileChange[]; more: number }) {
  const t = useT();
  return (
    <>
      <ul className="divide-y divide-line rounded-lg border border-line">
        {files.map((file) => (
          <li key={file.path}>
            <details open={files.length <= 10 && (file.patch?.split('\n').length ?? 0) <= openLines}>
              <summary className="flex flex-wrap items-baseline gap-x-3 px-3 py-2 text-sm">
                <span className="min-w-0 flex-1 font-mono wrap-anywhere">{file.path}</span>
                <span className="text-ink-soft">{t(`diff.file.${file.kind}`)}</span>
                {file.linesAdded !== null && (
                  <span className="tabular-nums">
                    <span className="text-ok">+{file.linesAdded}</span>{' '}
                    <span className="text-bad">−{file.linesRemoved}</span>
                  </span>
                )}
              </summary>
              {file.patch === null ? (
                <p className="px-3 pb-3 text-sm text-ink-soft">{t('diff.noLines')}</p>
              ) : (
                <Patch text={file.patch} label={file.path} />
              )}
            </details>
          </li>
        ))}
      </ul>
      {more > 0 && <p className="mt-2 text-sm text-ink-soft">{t('diff.more', { count: more })}</p>}
    </>
  );
}

function Patch({ text, label }: { text: string; label: string }) {
  return (
    <pre
      role="region"
      aria-label={label}
      tabIndex={0}
      className="overflow-x-auto border-t border-line bg-sunken py-2 text-xs leading-5"
    >
      <code className="inline-block min-w-full">
        {text.split('\n').map((line, index) => (
          <span key={index} className={classes('block px-3', lineClass(line))}>
            {line || ' '}
          </span>
        ))}
      </code>
    </pre>
  );
}

function lineClass(line: string): string {
  if (line.startsWith('+')) return 'bg-ok-soft text-ok';
  if (line.startsWith('-')) return 'bg-bad-soft text-bad';
  return line.startsWith('@@') ? 'text-busy' : 'text-ink-soft';
}
