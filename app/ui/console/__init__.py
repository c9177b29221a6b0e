"""The console of a device, whatever vendor it is: sections, actions, results."""
