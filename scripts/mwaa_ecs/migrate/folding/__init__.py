"""Works out what an expression of a DAG file is, without running it."""
