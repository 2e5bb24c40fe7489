"""The work folder of a run: what its stages found is kept there, so that a run that was stopped can be continued."""
