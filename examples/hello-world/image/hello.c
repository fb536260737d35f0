/* What the hello-world image does: it prints a greeting and exits with 0. */
#include <stdio.h>

int main(void) {
  puts("Hello from Docker!");
  puts("This message shows that your installation appears to be working correctly.");
  return 0;
}
