"""Looking after a store as a whole: backup, restore, garbage collection, integrity, schema migrations."""
