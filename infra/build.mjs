export async function build() {
  return 'later';
}
