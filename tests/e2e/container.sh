#!/bin/sh
# Stands in for hello-world:latest in the tests; its command says what it is to do.
case "$1" in
  /hello) echo "Hello from Docker!" ;;
  fail) echo "about to fail"; exit "$2" ;;
  pause) while ! [ -e "$2" ]; do sleep 0.1; done; echo "paused" ;;
  wait) echo "waiting as $$"; touch "$2"; sleep 600 & wait ;;
  *) echo "unknown command: $*"; exit 127 ;;
esac
