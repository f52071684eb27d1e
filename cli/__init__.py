"""The command line: commands, progress, one error boundary. Knows every layer below."""
