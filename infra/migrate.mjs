export async function migrate() {
  return 'later';
}
