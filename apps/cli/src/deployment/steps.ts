import type { StepName } from '#libs/core/steps.js';

/** The steps that `docker run` takes, and what each of them is, as the founding text tells it. */
export const dockerRun: Readonly<Partial<Record<StepName, string>>> = {
  image: 'docker run pulls the image if it is not on the host',
  create: 'it creates a container from the image',
  layer: "it adds a writable layer on top of the image's read-only ones",
  network: 'it makes a network interface, attaches it to a bridge and gives it an address',
  start: 'it starts the command as a process of the host’s own kernel',
};

/** What Berth does before and after, that docker run leaves to you. */
export const berthsOwn: Readonly<Partial<Record<StepName, string>>> = {
  receive: 'your code comes in',
  queue: 'it waits for a free builder',
  snapshot: 'the files as they are now, frozen',
  plan: 'what language is it, how is it built',
  command: 'migrations and the like, before anything of the release starts',
  stack: 'the language’s image, made once on this host for all apps',
  build: 'a Dockerfile becomes an image, one layer an instruction',
  push: 'the image goes to the registry, layers known there stay',
  release: 'image, config and limits, frozen together',
  warm: 'a container made ahead, never used, gets this function’s code and config: no docker run now',
  ready: 'does it answer? until then the old release serves',
  rollout: 'a share of the visitors first, more while it does well',
  route: 'visitors go to the new container from here on',
  drain: 'the old one finishes what it had begun, then stops',
};
