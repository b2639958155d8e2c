"""Values as the engine's protocol has them: constants, marks of secrets, and a walk over nested values."""
