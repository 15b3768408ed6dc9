export async function firstAdmin() {}
