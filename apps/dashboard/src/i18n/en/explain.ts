/** Who owns what. */
export const explain = {
  'explain.about':
    'The stack under this app from its data down to the hardware, filled with the real things.',
  'explain.isolation': 'What a container is, honestly',
  'explain.isolationAbout':
    'A container is a process with its own view of files, network and process ids (namespaces) and limits on memory, CPU and processes (cgroups). It shares the host’s kernel with every other container. A virtual machine has a kernel of its own, and hardware keeps them apart. So containers keep honest neighbours out of each other’s way; they are not a wall against a determined attacker. Where you need one, give hostile code its own machine.',
  'explain.layer': 'Layer',
  'explain.model.iaas': 'IaaS',
  'explain.model.iaasAbout': 'You rent machines',
  'explain.model.own': 'Your own machine',
  'explain.model.ownAbout': 'You rent nothing',
  'explain.model.paas': 'PaaS (Berth)',
  'explain.model.paasAbout': 'You bring code',
  'explain.model.saas': 'SaaS',
  'explain.model.saasAbout': 'You use a finished app',
  'explain.models': 'The same layers, rented in four ways',
  'explain.modelsAbout':
    'The layers stay; the line between what you look after and what somebody else does moves.',
  'explain.owner.berth': 'Berth',
  'explain.owner.berthAbout': 'The platform (PaaS): builds, runs, routes, scales.',
  'explain.owner.host': 'Host owner',
  'explain.owner.hostAbout': 'The infrastructure (IaaS): kernel, disks, machines.',
  'explain.owner.you': 'You',
  'explain.owner.youAbout': 'Your team: code, config and data.',
  'explain.provider': 'Provider',
  'explain.title': 'Who owns what in {app}',
  'explain.you': 'You',
  'layer.code': 'Code',
  'layer.code.about': 'The only thing that you have to bring.',
  'layer.config': 'Config',
  'layer.config.about':
    'Environment variables. Berth seals them at rest and gives each release its own copy.',
  'layer.container': 'Container',
  'layer.container.about': 'Processes of the image with a writable layer of their own that goes with them.',
  'layer.data': 'Data',
  'layer.data.about':
    'What your users put in. It lives where your code puts it; the container’s own files go with the container.',
  'layer.engine': 'Container engine',
  'layer.engine.about': 'Starts the containers that Berth asks for.',
  'layer.hardware': 'Hardware',
  'layer.hardware.about': 'Processors, memory, disk and network: somebody pays the power.',
  'layer.image': 'Image',
  'layer.image.about':
    'Built from your code, layer by layer; what has not changed is shared with the last one.',
  'layer.isolation': 'Isolation',
  'layer.isolation.about':
    'Namespaces, control groups, no capabilities, no new privileges, the default seccomp filter. One kernel is shared.',
  'layer.kernel': 'Kernel',
  'layer.kernel.about': 'Linux, patched by whoever owns the machine.',
  'layer.network': 'Network',
  'layer.network.about':
    'A bridge for your team alone; no other team’s containers and none of the platform’s services are reachable on it.',
  'layer.release': 'Release',
  'layer.release.about':
    'Code, config and limits of one moment, frozen. Going back is choosing an older one.',
  'layer.routing': 'Routing',
  'layer.routing.about': 'Which request goes to which container, changed without losing one.',
  'layer.runtime': 'Runtime',
  'layer.runtime.about': 'Chosen from your files, and kept up to date by the next build.',
  'layer.scaling': 'Scaling',
  'layer.scaling.about': 'As many containers as you asked for, restarted when they end.',
} as const;
