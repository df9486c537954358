"""The customer: session data, prompt, policies, the observe-decide-act loop and the command line.

Knows nothing of training or metrics.
"""

__version__ = "0.1.0"
