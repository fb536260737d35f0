#!/bin/sh
# The stand-in for hello-world:latest where there is no container engine at all.
echo "Hello from Docker!"
echo "This message shows that your installation appears to be working correctly."
