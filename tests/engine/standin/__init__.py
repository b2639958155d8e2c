"""A stand-in for both clouds' provider plugins: a test instrument, in the engine's protocol, with a cloud in a file.

It proves program, engine, pack, state and order. What the real provider and the real cloud do it cannot prove: its
answers come from tables (`<cloud>.yaml`) and from the text of the SDK, and all it refuses is written there or ordered
by a test. Nothing that a test shows with it is said of the provider.
"""

CLOUD = "STANDIN_CLOUD"
"""The variable that names the file of the cloud."""
