export async function helloApp() {}
