"""The pages of the rail; each composes widgets and asks the ports, none decides."""
