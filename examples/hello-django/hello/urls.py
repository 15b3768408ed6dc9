import os
import platform

from django.http import HttpResponse
from django.urls import path
from django.utils.html import escape


def page(request):
    """Tells where it runs: Berth sets these variables in every instance."""
    name = escape(os.environ.get("BERTH_APP", "hello-django"))
    release = escape(os.environ.get("BERTH_RELEASE", "?"))
    return HttpResponse(
        f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{name}</title>
<link rel="stylesheet" href="/static/page.css">
<h1>Hello from {name}</h1>
<p>Release v{release}, Python {platform.python_version()}.</p>
</html>
"""
    )


urlpatterns = [path("", page)]
