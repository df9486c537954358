"""From a session to the tokens a model reads: prompt, context window, chat template, grammar."""
