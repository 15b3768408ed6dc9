package org.example.hello;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Executors;

/** One page that tells where it runs. */
public final class Hello {
  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(or("PORT", "3000"));
    String app = or("BERTH_APP", "hello-java");
    byte[] page =
        """
        <!doctype html>
        <html lang="en">
        <meta charset="utf-8">
        <title>%1$s</title>
        <h1>Hello from %1$s</h1>
        <p>Release v%2$s, Java %3$s, container %4$s.</p>
        </html>
        """
            .formatted(app, or("BERTH_RELEASE", "?"), Runtime.version(), InetAddress.getLocalHost().getHostName())
            .getBytes(StandardCharsets.UTF_8);

    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          try (exchange) {
            exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
            exchange.sendResponseHeaders(200, page.length);
            exchange.getResponseBody().write(page);
          }
        });
    server.start();
    System.out.println("hello-java listens on " + port);
  }

  private static String or(String name, String fallback) {
    String value = System.getenv(name);
    return value == null ? fallback : value;
  }

  private Hello() {}
}
