"""The few reaches into other packages' private parts, a module a package: versions tried, and what happens without."""
