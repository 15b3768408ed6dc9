// One page by Gin that tells where it runs.
package main

import (
	"net/http"
	"os"

	"github.com/gin-gonic/gin"
)

func main() {
	app := or("BERTH_APP", "hello-gin")
	router := gin.New()
	router.Use(gin.Recovery())
	router.GET("/", func(c *gin.Context) {
		c.String(http.StatusOK, "Hello from "+app+", release v"+or("BERTH_RELEASE", "?")+"\n")
	})
	// Gin listens on $PORT by itself.
	if err := router.Run(); err != nil {
		panic(err)
	}
}

func or(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	return fallback
}
