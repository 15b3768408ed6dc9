/** Databases and caches beside the apps. */
export const addOns = {
  'addons.about':
    'A database or a cache beside a team’s apps, with a volume of its own. No other team and nobody outside reaches it. Berth keeps no backup of it.',
  'addons.app': 'App',
  'addons.attach': 'Attach',
  'addons.attachAbout':
    'The app gets the URL in a variable that Berth keeps, and a new release if it runs. Previews of its branches do not get it.',
  'addons.attachAction': 'Attach',
  'addons.attachTitle': 'Attach {name} to an app',
  'addons.create': 'New add-on',
  'addons.createAction': 'Create',
  'addons.delete': 'Delete {name}',
  'addons.deleteAbout':
    'All its data goes with it, and there is no backup. An add-on that an app uses has to be detached first.',
  'addons.deleteAction': 'Delete with all data',
  'addons.deleteTitle': 'Delete {name}?',
  'addons.detach': 'Detach from {app}',
  'addons.detachAbout':
    'The app loses {variable} and gets a new release if it runs. The data stays, and the password stays the same.',
  'addons.detachAction': 'Detach',
  'addons.kind': 'Kind',
  'addons.kind.postgres': 'PostgreSQL',
  'addons.kind.redis': 'Redis',
  'addons.kindAbout.postgres': 'A database: DATABASE_URL.',
  'addons.kindAbout.redis': 'A cache or queue that keeps what it holds: REDIS_URL.',
  'addons.managed': 'URL of {name}',
  'addons.name': 'Name',
  'addons.nameHint': 'Part of its address; made up if you leave it empty.',
  'addons.none': 'No add-ons yet',
  'addons.noneHint': 'Create a database, and attach it to an app.',
  'addons.title': 'Add-ons',
  'addons.unused': 'No app uses it.',
  'addons.usedBy': 'Used by',
  'addons.variable': 'Variable',
  'addons.yours': 'Of your teams',
  'shell.addons': 'Add-ons',
} as const;
