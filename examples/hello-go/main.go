// One page that tells where it runs.
package main

import (
	"context"
	"html/template"
	"log"
	"net/http"
	"os"
	"os/signal"
	"runtime"
	"syscall"
	"time"
)

var page = template.Must(template.ParseFiles("page.html"))

func main() {
	host, _ := os.Hostname()
	facts := map[string]string{
		"App":       or(os.Getenv("BERTH_APP"), "hello-go"),
		"Release":   or(os.Getenv("BERTH_RELEASE"), "?"),
		"Container": host,
		"Go":        runtime.Version(),
	}
	http.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		if err := page.Execute(w, facts); err != nil {
			log.Print(err)
		}
	})

	server := &http.Server{Addr: ":" + or(os.Getenv("PORT"), "3000"), ReadHeaderTimeout: 10 * time.Second}
	stop, cancel := signal.NotifyContext(context.Background(), syscall.SIGTERM)
	defer cancel()
	go func() {
		<-stop.Done() // Berth is about to take the container away: finish what is under way
		_ = server.Shutdown(context.Background())
	}()
	log.Printf("hello-go listens on %s", server.Addr)
	if err := server.ListenAndServe(); err != http.ErrServerClosed {
		log.Fatal(err)
	}
}

func or(value, fallback string) string {
	if value == "" {
		return fallback
	}
	return value
}
