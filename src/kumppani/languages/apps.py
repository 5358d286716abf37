from django.apps import AppConfig


class Languages(AppConfig):
    name = "kumppani.languages"
