#!/bin/sh
# Stands in for every image of the operator's tests; its command says what it is to do.
case "$1" in
  args) shift; for word in "$@"; do echo "<$word>"; done ;;
  env) shift; for name in "$@"; do eval "echo \"$name=\${$name-unset}\""; done ;;
  exit) echo "about to exit"; exit "$2" ;;
  print) shift; printf '%b' "$*" ;;
  sleep) echo "sleeping"; sleep "$2"; echo "awake" ;;
  until) echo "waiting"; until [ -e "$2" ]; do sleep 0.5; done; echo "done" ;;
  wait) echo "waiting"; touch "$2"; sleep 600 & wait ;;
  sh|python3) exec "$@" ;;
  "") echo "default command" ;;
  *) echo "unknown command: $*"; exit 127 ;;
esac
