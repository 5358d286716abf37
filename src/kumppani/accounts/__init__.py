"""People, signing in by a code sent by e-mail, and grants: who may do what, where, and until when."""
