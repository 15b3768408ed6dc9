/**
 * Error codes to HTTP statuses: the only place that knows both. A code that is not here is Berth's own fault (500), and its
 * text stays in the log.
 */
export const statusOf: Readonly<Record<string, number>> = {
  // The request itself.
  malformed_json: 400,
  malformed_request: 400,
  invalid_query: 400,
  cursor_invalid: 400,
  idempotency_key_invalid: 400,
  invalid_body: 422,
  idempotency_key_reused: 422,
  body_too_large: 413,
  unsupported_media_type: 415,

  // Who is calling.
  unauthenticated: 401,
  sign_in_failed: 401,
  password_wrong: 403,
  cross_site: 403,
  role_too_low: 403,
  scope_too_narrow: 403,
  not_admin: 403,
  rate_limited: 429,
  too_many_streams: 429,
  websocket_only: 426,
  sign_in_busy: 503,

  // Things that are not there, or that the caller may not know of.
  route_not_found: 404,
  app_not_found: 404,
  team_not_found: 404,
  member_not_found: 404,
  token_not_found: 404,
  deployment_not_found: 404,
  build_not_found: 404,
  release_not_found: 404,
  domain_not_found: 404,
  instance_not_found: 404,
  source_not_found: 404,

  // The state of things stands in the way.
  app_taken: 409,
  team_taken: 409,
  email_taken: 409,
  domain_taken: 409,
  already_member: 409,
  last_owner: 409,
  team_has_apps: 409,
  no_release: 409,
  release_is_live: 409,
  deployment_ended: 409,
  app_in_use: 409,
  deployment_unfinished: 409,
  deployment_not_cancellable: 409,
  nothing_to_retry: 409,
  one_off_runs: 409,
  one_off_busy: 409,
  idempotency_in_progress: 409,

  // Well-formed, but not possible.
  team_needed: 422,
  team_ambiguous: 422,
  domain_reserved: 422,
  too_many_domains: 422,
  too_many_tokens: 422,
  image_invalid: 422,
  name_invalid: 422,
  cannot_plan: 422,

  // What comes in by git or as an archive.
  git_protocol: 400,
  request_broken_off: 400,
  request_stalled: 408,
  upload_too_large: 413,
  push_too_large: 413,
  archive_unknown: 415,
  encoding_unknown: 415,
  archive_damaged: 422,
  archive_unsupported: 422,
  source_unsafe: 422,
  source_too_large: 422,
  source_empty: 422,
  source_gone: 410,

  // Something that Berth needs is away.
  unavailable: 503,
  busy: 503,
  disk_full: 503,
  runtime_unreachable: 503,
  database_unavailable: 503,
};

/** A title for each status, the same for every problem with it. */
export const titleOf: Readonly<Record<number, string>> = {
  400: 'Bad request',
  401: 'Not signed in',
  403: 'Not allowed',
  404: 'Not found',
  405: 'Method not allowed',
  406: 'Not acceptable',
  408: 'Too slow',
  409: 'Conflict',
  410: 'Gone',
  411: 'Length required',
  413: 'Too large',
  415: 'Unsupported media type',
  416: 'Range not satisfiable',
  422: 'Invalid',
  426: 'A WebSocket is needed',
  429: 'Too many requests',
  500: 'Internal error',
  501: 'Not implemented',
  502: 'Bad gateway',
  503: 'Unavailable',
  504: 'Too slow',
};
