"""Bytecode: programs as data for the virtual machine in C that dspc brings along (runtime/vm.c)."""
