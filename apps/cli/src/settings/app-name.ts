/** A folder's (or archive's) name as an app's: lower case, hyphens for what is neither letter nor digit. */
export function appNameOf(name: string): string {
  return name
    .replace(/\.(tar\.gz|tgz|tar|zip)$/i, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[^a-z]+/, '')
    .slice(0, 40)
    .replace(/-+$/, '');
}
