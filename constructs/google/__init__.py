"""The building blocks on Google Cloud. Nothing specific to Google stands outside this folder."""
