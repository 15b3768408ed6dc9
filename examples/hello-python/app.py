import os
import platform

from flask import Flask
from markupsafe import escape

app = Flask(__name__)


@app.get("/")
def page():
    """Tells where it runs: Berth sets these variables in every instance."""
    name = escape(os.environ.get("BERTH_APP", "hello-python"))
    release = escape(os.environ.get("BERTH_RELEASE", "?"))
    return f"""<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>{name}</title>
<h1>Hello from {name}</h1>
<p>Release v{release}, Python {platform.python_version()}, container {escape(platform.node())}.</p>
</html>
"""
