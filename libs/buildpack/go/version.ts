import type { PlanChoice } from '#libs/contracts/build-plan.js';
import type { ProjectFiles } from '../project-files.js';
import type { GoModule } from './module.js';

/** What the stack has. infra/stacks/stacks.test.mjs fails when infra/pins.mjs says otherwise. */
export const STACK_VERSION = '1.27.4';

/** Which Go compiles, and the value of GOTOOLCHAIN that has it so. */
export function goVersion(files: ProjectFiles, module: GoModule): { choice: PlanChoice; toolchain: string } {
  const toml = files.settings.build.versions['go']?.replace(/^go/, '');
  const change =
    'Change the go or toolchain line of go.mod, or write go = "…" under [build.versions] in berth.toml.';
  const choice = (value: string, why: string): PlanChoice => ({ what: 'Toolchain', value, why, change });
  if (toml !== undefined) {
    return { choice: choice(`Go ${toml}`, 'berth.toml says so.'), toolchain: `go${toml}` };
  }
  const asked = module.toolchain ?? module.go;
  if (asked !== null && isNewer(asked, STACK_VERSION)) {
    return {
      choice: choice(
        `Go ${asked}`,
        `go.mod asks for it; it comes by the Go module proxy, once for this app.`,
      ),
      toolchain: 'auto',
    };
  }
  const why =
    asked === null
      ? 'go.mod names no version; this is the one of the stack.'
      : `go.mod asks for ${asked} or newer; this is the one of the stack, and keeps to the language of go.mod.`;
  return { choice: choice(`Go ${STACK_VERSION}`, why), toolchain: 'auto' };
}

/** Is a later than b? "1.22" means its first release. */
export function isNewer(a: string, b: string): boolean {
  const numbers = (text: string) => text.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const [left, right] = [numbers(a), numbers(b)];
  for (let i = 0; i < 3; i += 1) {
    const sign = (left[i] ?? 0) - (right[i] ?? 0);
    if (sign !== 0) return sign > 0;
  }
  return false;
}
