"""The world a virtual customer lives in: browser, observation, action execution, the embedded shop.

Knows nothing of models, prompts, training or metrics. Importing this package loads no browser.
"""
