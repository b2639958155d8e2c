# refused: is made by a plugin, and what is inside it cannot be seen offline
import pulumi

pulumi.ComponentResource("other:index:Far", "far", {}, remote=True)
