"""The WebAssembly backend: an encoder of its own, and a host that runs what it made."""
