"""Real processes, killed with SIGKILL at aimed points and started again: is anything lost, is anything doubled?"""
