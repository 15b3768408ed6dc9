"""Answers every request. Config is in os.environ: berth config set GREETING=Ahoy"""

import os


def handler(request):
    name = request.query.get("name", "world")
    return {
        "message": f"{os.environ.get('GREETING', 'Hello')}, {name}!",
        "path": request.path,
        "method": request.method,
        "release": os.environ.get("BERTH_RELEASE"),
    }
