//! One page that tells where it runs.

use std::env;

use tiny_http::{Header, Response, Server};

fn or(name: &str, fallback: &str) -> String {
    env::var(name).unwrap_or_else(|_| fallback.to_owned())
}

fn main() {
    let address = format!("0.0.0.0:{}", or("PORT", "3000"));
    let app = or("BERTH_APP", "hello-rust");
    let page = format!(
        "<!doctype html>\n<html lang=\"en\">\n<meta charset=\"utf-8\">\n<title>{app}</title>\n\
         <h1>Hello from {app}</h1>\n<p>Release v{}, Rust, container {}.</p>\n</html>\n",
        or("BERTH_RELEASE", "?"),
        or("HOSTNAME", "?"),
    );
    let server = Server::http(&address).expect("the port is free");
    println!("hello-rust listens on {address}");
    for request in server.incoming_requests() {
        let html = Header::from_bytes("Content-Type", "text/html; charset=utf-8").expect("a header");
        // A visitor who has gone is no reason to end.
        let _ = request.respond(Response::from_string(page.clone()).with_header(html));
    }
}
