from django.apps import AppConfig


class Moderation(AppConfig):
    name = "kumppani.moderation"
