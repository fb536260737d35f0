#!/bin/sh
# Stands in for every image of this example where there is no container engine.
echo "started with: $*"
test -n "$DB_PASSWORD" && echo "the password has ${#DB_PASSWORD} characters"
echo "done"
