import { originOf } from '../settings.mjs';

/** What a person needs to know when everything is up. The password is shown this once. */
export function greet(copy, ui, { admin, hello }) {
  const platform = originOf(copy.settings, copy.settings.domain);
  const rows = [
    ...(hello ? [['An app, just deployed', hello]] : []),
    ['Dashboard', platform],
    ['API and its documentation', `${platform}/docs`],
  ];
  ui.line();
  ui.line('Berth is up.');
  ui.line();
  for (const [what, url] of rows) ui.line(`  ${what.padEnd(27)}${url}`);
  if (admin) {
    ui.line();
    ui.line(`  ${'Sign in as'.padEnd(27)}${admin.email}`);
    if (admin.password) ui.line(`  ${'Password (shown only now)'.padEnd(27)}${admin.password}`);
  }
  ui.line(`  ${'Token for git and the API'.padEnd(27)}${copy.path('admin.token')}`);
  ui.line();
  ui.line('Push an app of your own, from its folder:');
  ui.line();
  ui.line(`  git remote add berth ${platform}/git/NAME.git`);
  ui.line(`  git push berth main          user name: anything; password: the token`);
  ui.line();
  ui.line('npm run status shows what runs; npm stop stops it and keeps the data.');
}
