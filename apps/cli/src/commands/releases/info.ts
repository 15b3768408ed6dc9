import type { ReleaseView } from '#libs/contracts/api/releases.js';
import { readNumber } from '../../deployment/number.js';
import { command } from '../../frame/command.js';
import { limitsText } from '../../ui/limits.js';
import { safe } from '../../ui/text.js';

export const releasesInfo = command({
  name: 'releases info',
  group: 'Deploy',
  summary: 'Show what a release is made of',
  arguments: [{ name: 'RELEASE', looksLike: /^v?\d+$/, about: 'Its number, as v3 or 3' }],
  app: 'argument',
  examples: [['releases info v3', 'image, config, processes, limits']],
  async run(context, input) {
    const { ui, api } = context;
    const number = readNumber(input.argument('RELEASE'), 'release');
    const release = await api.get<ReleaseView>(`${await context.appPath()}/releases/${number}`);
    ui.result(release, () =>
      ui.facts([
        ['Release', `v${release.number}${release.live ? `, ${ui.out.green('live')}` : ''}`],
        ['What', safe(release.description)],
        ['Image', release.image],
        ['Lasting address', release.url],
        [
          'Processes',
          Object.entries(release.processes)
            .map(([name, words]) => `${name}: ${safe(words.join(' ')) || 'the image’s own'}`)
            .join('; '),
        ],
        ['Port', String(release.port)],
        ['Health check', release.healthPath ?? 'a TCP connection'],
        ['Config', release.configKeys.join(', ') || 'none'],
        ['Limits', limitsText(release.limits)],
        ['Made', `${release.createdAt} by ${release.createdBy ?? 'Berth'}`],
      ]),
    );
  },
});
