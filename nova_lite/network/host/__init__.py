"""What a host does to its own network, a noun a module; ``network.bridge`` puts them together."""
