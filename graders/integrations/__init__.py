"""One module a trainer: each gives it the reward in the form that it calls. Importing one imports no trainer."""
