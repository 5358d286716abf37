"""What people do in the network, by what they do it with."""
