import type { FileChange, ReleaseDiff } from '#libs/contracts/api/release-diff.js';
import { readNumber } from '../../deployment/number.js';
import { command } from '../../frame/command.js';
import { safe } from '../../ui/text.js';
import type { Ui } from '../../ui/ui.js';
import { plural, size } from '../../ui/units.js';

export const releasesDiff = command({
  name: 'releases diff',
  group: 'Deploy',
  summary: 'Show what changed between two releases: code, config, settings, layers',
  about: [
    'With one release it is compared with the one before it. Values of config variables are never shown.',
  ],
  arguments: [
    { name: 'FROM', looksLike: /^v?\d+$/, about: 'The earlier release, as v3 or 3; alone: the later one' },
    { name: 'TO', about: 'The later release', optional: true },
  ],
  app: 'argument',
  options: { patch: { type: 'boolean', short: 'p', about: 'Show the changed lines too' } },
  examples: [
    ['releases diff v3 v4', 'what v4 brought'],
    ['releases diff v4 -p', 'the same, line by line'],
  ],
  async run(context, input) {
    const { ui, api } = context;
    const first = readNumber(input.argument('FROM'), 'release');
    const second = input.optional('TO');
    const to = second === undefined ? first : readNumber(second, 'release');
    const path = `${await context.appPath()}/releases/${to}/diff${second === undefined ? '' : `?from=${first}`}`;
    const diff = await api.get<ReleaseDiff>(path);
    ui.result(diff, () => {
      ui.print(ui.out.bold(`v${diff.from} to v${diff.to}`));
      printCode(ui, diff, input.options.patch === true);
      printConfig(ui, diff);
      for (const one of diff.settings) ui.print(`${one.name}: ${safe(one.before)} -> ${safe(one.after)}`);
      printImage(ui, diff);
    });
  },
});

function printCode(ui: Ui, { code }: ReleaseDiff, patch: boolean): void {
  if (code.unknown !== null) return ui.print(`Code: not compared. ${code.unknown}`);
  if (code.files.length === 0) return ui.print('Code: the same');
  ui.print(`Code: ${plural(code.files.length + code.more, 'file')} changed`);
  for (const file of code.files) {
    ui.print(`  ${letters[file.kind]} ${safe(file.path)}  ${linesText(ui, file)}`);
    if (patch && file.patch !== null)
      for (const line of file.patch.split('\n')) ui.print(`      ${coloured(ui, safe(line))}`);
  }
  if (code.more > 0) ui.print(`  and ${plural(code.more, 'more file')}`);
}

const letters = { added: 'A', removed: 'D', changed: 'M' } as const;

function linesText(ui: Ui, file: FileChange): string {
  if (file.linesAdded === null || file.linesRemoved === null)
    return ui.out.dim(`${size(file.bytesBefore ?? 0)} -> ${size(file.bytesAfter ?? 0)}`);
  return `${ui.out.green(`+${file.linesAdded}`)} ${ui.out.red(`-${file.linesRemoved}`)}`;
}

function coloured(ui: Ui, line: string): string {
  if (line.startsWith('+')) return ui.out.green(line);
  return line.startsWith('-') ? ui.out.red(line) : ui.out.dim(line);
}

function printConfig(ui: Ui, { config }: ReleaseDiff): void {
  const names = [
    ...config.added.map((name) => `+${name}`),
    ...config.removed.map((name) => `-${name}`),
    ...config.changed.map((name) => `~${name}`),
  ];
  ui.print(`Config: ${names.length === 0 ? 'the same' : names.join(' ')}`);
}

function printImage(ui: Ui, { image }: ReleaseDiff): void {
  if (image.before === image.after) return ui.print('Image: the same');
  ui.print(
    `Image: ${size(image.sameBytes)} in shared layers, ${size(image.addedBytes)} new, ${size(image.removedBytes)} gone`,
  );
  const signs = { same: ' ', added: '+', removed: '-' } as const;
  for (const layer of image.layers)
    ui.print(
      coloured(
        ui,
        `${signs[layer.change]} ${layer.digest.slice(7, 19)}  ${layer.part}, ${size(layer.sizeBytes)}`,
      ),
    );
}
