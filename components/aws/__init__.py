"""Components on AWS, one module for each service."""
