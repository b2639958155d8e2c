"""Values of a resource: decoded inputs, answers of the cloud in outputs, and changes that no update carries out."""
