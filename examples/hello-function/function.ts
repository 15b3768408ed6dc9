/** Answers every request. `env` holds the app's config: berth config set GREETING=Ahoy */
export default {
  async fetch(request: Request, env: { GREETING?: string; BERTH_RELEASE?: string }): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const name = searchParams.get('name') ?? 'world';
    return Response.json({
      message: `${env.GREETING ?? 'Hello'}, ${name}!`,
      path: pathname,
      method: request.method,
      release: env.BERTH_RELEASE,
    });
  },
};
