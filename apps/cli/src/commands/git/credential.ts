import { command } from '../../frame/command.js';
import { readPipe } from '../../ui/ask.js';

/** git's credential protocol (gitcredentials(7)): tells git the token of the platform that it asks about, of no other. */
export const gitCredential = command({
  name: 'git-credential',
  group: 'More',
  summary: 'Answer git’s question for a password (git calls this)',
  hidden: true,
  arguments: [{ name: 'ACTION', about: 'get, store or erase' }],
  examples: [['git-credential get', 'as git does']],
  async run({ ui, settings }, input) {
    if (input.argument('ACTION') !== 'get') return;
    const asked = new Map(
      (await readPipe(ui)).split('\n').map((line) => {
        const equals = line.indexOf('=');
        return [line.slice(0, equals), line.slice(equals + 1)] as const;
      }),
    );
    const origin = `${asked.get('protocol')}://${asked.get('host')}`;
    if (!URL.canParse(origin)) return;
    const url = new URL(origin).origin;
    const token = url === settings.url ? settings.token : settings.file.platforms[url]?.token;
    if (!token) return;
    ui.print('username=berth');
    ui.print(`password=${token}`);
  },
});
