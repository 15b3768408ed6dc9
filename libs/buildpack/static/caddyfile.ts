/**
 * What serves a static site: plain files on $PORT, compressed, `/about` for about.html, the site's own 404.html, always
 * asked for anew (an ETag makes that cheap), and nothing whose name begins with a dot (except .well-known). No admin endpoint, no certificates: the edge does those.
 */
export const caddyfile = `{
	admin off
	auto_https off
	persist_config off
	grace_period 10s
	log {
		output stderr
		level WARN
	}
}

:{$PORT:8080} {
	root * /app
	encode zstd gzip

	@hidden {
		path_regexp /\\.
		not path /.well-known/*
	}
	error @hidden 404

	header ?Cache-Control "public, max-age=0, must-revalidate"
	try_files {path} {path}.html
	file_server

	handle_errors {
		@page file /{err.status_code}.html
		handle @page {
			rewrite * /{err.status_code}.html
			file_server
		}
		handle {
			respond "{err.status_code} {err.status_text}"
		}
	}
}
`;
