# One page that tells where it runs: Berth sets these variables in every instance.
page = lambda do |_env|
  name = Rack::Utils.escape_html(ENV.fetch("BERTH_APP", "hello-ruby"))
  release = Rack::Utils.escape_html(ENV.fetch("BERTH_RELEASE", "?"))
  html = <<~HTML
    <!doctype html>
    <html lang="en">
    <meta charset="utf-8">
    <title>#{name}</title>
    <h1>Hello from #{name}</h1>
    <p>Release v#{release}, Ruby #{RUBY_VERSION}.</p>
    </html>
  HTML
  [200, { "content-type" => "text/html; charset=utf-8" }, [html]]
end

run page
