"""The customer: session data, prompt, policies, the observe-decide-act loop and the command line.

Knows nothing of training or metrics.
"""
