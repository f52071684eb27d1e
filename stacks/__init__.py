"""One file a stage, wired top to bottom in `app.py`: manifest in, Terraform JSON out."""
