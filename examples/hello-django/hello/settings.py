import os
from pathlib import Path

BASE_DIR = Path(__file__).resolve().parent.parent
# Set it with: berth config set SECRET_KEY=…
SECRET_KEY = os.environ.get("SECRET_KEY", "only-for-this-example")
DEBUG = False
# Berth answers for the app's own hosts alone.
ALLOWED_HOSTS = ["*"]
ROOT_URLCONF = "hello.urls"
WSGI_APPLICATION = "hello.wsgi.application"
INSTALLED_APPS = ["django.contrib.staticfiles"]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
]
STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_DIRS = [BASE_DIR / "static"]
