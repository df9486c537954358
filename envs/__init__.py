"""The world a virtual customer lives in: browser, observation, action execution, the embedded shop.

Importing this package loads no browser.
"""
