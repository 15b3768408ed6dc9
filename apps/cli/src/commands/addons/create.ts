import type { CreatedAddOn } from '#libs/contracts/api/addons.js';
import { addOnKinds } from '#libs/core/add-on.js';
import { follow, followOptions } from '../../deployment/follow.js';
import { command } from '../../frame/command.js';

export const addOnsCreate = command({
  name: 'addons create',
  group: 'Add-ons',
  summary: 'Create a database or a cache for a team’s apps',
  about: [
    'It runs beside the apps of its team, with a volume of its own, and no other team reaches it. The first one of a kind on a host takes longer: its image is made of Debian’s packages.',
  ],
  arguments: [
    { name: 'KIND', about: `What it is: ${addOnKinds.join(' or ')}`, completes: addOnKinds },
    { name: 'NAME', about: 'Its name, part of its address; one is made up if left out', optional: true },
  ],
  options: followOptions,
  examples: [
    ['addons create postgres', 'in your only team'],
    ['addons create redis cache --team shop', 'with a name, in a team of your choice'],
  ],
  async run(context, input) {
    const { ui, api, team } = context;
    const body = { kind: input.argument('KIND'), name: input.optional('NAME'), team };
    const { addOn, deployment } = await api.post<CreatedAddOn>('/v1/addons', body);
    ui.done(`Created ${ui.err.bold(addOn.name)} in team ${addOn.team}.`);
    const exit = await follow(context, deployment, input.options);
    if (exit === 'ok') ui.say(`  Next: \`berth addons attach ${addOn.name} --app APP\`.`);
    return exit;
  },
});
