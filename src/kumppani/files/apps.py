from django.apps import AppConfig


class Files(AppConfig):
    name = "kumppani.files"
