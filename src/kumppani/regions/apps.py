from django.apps import AppConfig


class Regions(AppConfig):
    name = "kumppani.regions"
