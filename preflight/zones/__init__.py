"""Whether the zones of a declaration are where it says: the one question only an account of the cloud answers.

A small program asks the provider's data sources under the real engine, in a preview: nothing is made.
"""
