import type Docker from 'dockerode';
import { engineError } from './engine-stream.js';

/** Gives an image of the Engine another name. May be repeated. */
export async function tagImage(
  docker: Docker,
  image: string,
  repository: string,
  tag: string,
): Promise<void> {
  try {
    await docker.getImage(image).tag({ repo: repository, tag });
  } catch (error) {
    throw engineError(error);
  }
}

/**
 * Takes a name away from an image of the Engine; the image goes with its last name, unless a container uses it. A name that
 * is gone, or an image in use, is no error.
 */
export async function removeImage(docker: Docker, name: string): Promise<void> {
  try {
    await docker.getImage(name).remove({ noprune: false });
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode !== 404 && statusCode !== 409) throw engineError(error);
  }
}

/** Has the Engine an image of this name? */
export async function isOnEngine(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw engineError(error);
  }
}
