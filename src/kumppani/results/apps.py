from django.apps import AppConfig


class Results(AppConfig):
    name = "kumppani.results"
