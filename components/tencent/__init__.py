"""Components on Tencent Cloud, one module for each service."""
