from django.apps import AppConfig


class History(AppConfig):
    name = "kumppani.history"
