"""Where work runs: processes of this machine, or the workers of a Dask cluster; a chunk in, a file out."""
