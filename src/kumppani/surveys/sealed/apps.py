from django.apps import AppConfig


class Sealed(AppConfig):
    name = "kumppani.surveys.sealed"
    label = "sealed"
