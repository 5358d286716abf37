"""Organisations of the programme: profiles and memberships, what they need and offer, and letters between them."""
