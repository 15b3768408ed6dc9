const MODULES = [
  ...[
    'mpm_prefork',
    'authz_core',
    'authz_host',
    'access_compat',
    'dir',
    'mime',
    'env',
    'setenvif',
    'alias',
    'rewrite',
    'headers',
  ],
  ...['expires', 'filter', 'deflate', 'reqtimeout'],
];

interface ApacheWish {
  /** Of PHP: "8.4". */
  version: string;
  root: string;
  fallback: boolean;
}

/**
 * What serves a PHP app: Apache on $PORT with the app's own .htaccess files; everything that is no file goes to index.php where the
 * app brings no rules of its own. Nothing whose name begins with a dot is served (except .well-known), nor what Composer left.
 */
export function apacheConf({ version, root, fallback }: ApacheWish): string {
  return `ServerName localhost
Listen \${PORT}
PidFile /tmp/apache.pid
DefaultRuntimeDir /tmp
Mutex posixsem
ServerTokens Prod
${MODULES.map((name) => `LoadModule ${name}_module /usr/lib/apache2/modules/mod_${name}.so`).join('\n')}
LoadModule php_module /usr/lib/apache2/modules/libphp${version}.so

StartServers 2
MinSpareServers 1
MaxSpareServers 4
MaxRequestWorkers 24

ErrorLog /dev/stderr
LogLevel warn
TypesConfig /etc/mime.types
AddOutputFilterByType DEFLATE text/html text/css text/plain text/javascript application/javascript application/json image/svg+xml

DocumentRoot "${root}"
DirectoryIndex index.php index.html
<Directory />
  AllowOverride None
  Require all denied
</Directory>
<Directory /app>
  AllowOverride All
  Options SymLinksIfOwnerMatch
  Require all granted
${fallback ? '  FallbackResource /index.php\n' : ''}</Directory>
RedirectMatch 404 "/\\.(?!well-known/)"
RedirectMatch 404 "^/(vendor/|composer\\.(json|lock)$)"
<FilesMatch "\\.php$">
  SetHandler application/x-httpd-php
</FilesMatch>
SetEnvIf X-Forwarded-Proto "^https$" HTTPS=on

php_admin_flag expose_php off
php_flag display_errors off
php_admin_flag log_errors on
php_admin_value error_log /dev/stderr
php_value upload_max_filesize 64M
php_value post_max_size 64M
php_admin_value opcache.validate_timestamps 0
php_admin_value session.save_path /tmp
`;
}
