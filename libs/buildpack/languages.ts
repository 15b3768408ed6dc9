import { language as deno } from './deno/deno.js';
import { language as dockerfile } from './dockerfile/dockerfile.js';
import type { Detection, Language } from './language.js';
import { language as function_ } from './function/function.js';
import { language as go } from './go/go.js';
import { language as java } from './java/java.js';
import { language as node } from './node/node.js';
import type { ProjectFiles } from './project-files.js';
import { language as php } from './php/php.js';
import { language as python } from './python/python.js';
import { language as ruby } from './ruby/ruby.js';
import { language as rust } from './rust/rust.js';
import { language as staticSite } from './static/static.js';

/**
 * All languages in the order in which they are asked. The rule for a source that more than one knows:
 * 1. What the author said outright comes before what is guessed: a Dockerfile first, then a file named function.*. (berth.toml's `language` asks nobody else.)
 * 2. Languages of servers come before Node: beside manage.py or go.mod a package.json most often holds what builds the pages.
 * 3. But one that finds nothing to start (`starts: false`) comes after all that do: a requirements.txt of scripts does not make a
 *    Node app a Python app.
 * 4. Plain files come last: every app may have an index.html.
 * The plan says what else was found, and what to write to choose it.
 */
export const languages: readonly Language[] = [
  dockerfile,
  function_,
  go,
  rust,
  java,
  php,
  python,
  ruby,
  deno,
  node,
  staticSite,
];

/** A language that knows this source. */
export interface Found {
  language: Language;
  detection: Detection;
}

/** Who knows this source, the one that builds it first. */
export async function findLanguages(files: ProjectFiles): Promise<Found[]> {
  const found: Found[] = [];
  for (const language of languages) {
    const detection = await language.detect(files);
    if (detection === null) continue;
    found.push({ language, detection });
    // Whoever wrote a Dockerfile wants nothing else looked at, mistakes in other files included.
    if (language === dockerfile) break;
  }
  const starts = ({ detection }: Found) => detection.starts !== false;
  return [...found.filter(starts), ...found.filter((each) => !starts(each))];
}
