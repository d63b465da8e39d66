"""The container images: a Dockerfile each, and what is generated into them."""
