"""What can be done with a text: begin it, save a version, have it read, publish it, take it back."""
