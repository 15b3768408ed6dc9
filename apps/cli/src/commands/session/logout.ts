import { command } from '../../frame/command.js';
import { Failure } from '../../frame/failure.js';
import { writeConfigFile } from '../../settings/config-file.js';

export const logout = command({
  name: 'logout',
  group: 'Start',
  summary: 'Sign out: the token is revoked and forgotten',
  about: [
    'A token that you brought along with `login --token` is forgotten, but stays valid until you revoke it.',
  ],
  examples: [['logout', 'from the platform in use']],
  async run(context) {
    const { ui, settings } = context;
    const { saved, url, file, path } = settings;
    if (saved === null) {
      ui.result({ url, revoked: false }, () => ui.done(`You were not signed in to ${url}.`));
      return;
    }
    let revoked = false;
    if (saved.tokenId !== null)
      try {
        await context.apiAs(saved.token).delete(`/v1/tokens/${saved.tokenId}`);
        revoked = true;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        ui.warn(`The token could not be revoked (${error.message}); it is forgotten here all the same.`);
      }
    const platforms = Object.fromEntries(Object.entries(file.platforms).filter(([one]) => one !== url));
    await writeConfigFile(path, { current: file.current, platforms });
    ui.result({ url, revoked }, () => ui.done(`Signed out of ${url}.`));
  },
});
