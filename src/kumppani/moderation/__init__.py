"""What people report, who decides on it and why, and the appeal: for every kind of writing an upper app registers."""
