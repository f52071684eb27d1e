"""The building blocks on AWS. Nothing specific to AWS stands outside this folder."""
