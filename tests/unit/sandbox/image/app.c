/* A container's program that does what its arguments name, one after the other:
 *   print TEXT   err TEXT   env NAME   sleep SECONDS   eat MEGABYTES   exit CODE
 *   term CODE  (on SIGTERM: print "bye" and exit so)   hold  (until it is killed)
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int term_code;

static void on_term(int number) {
  (void)number;
  (void)!write(1, "bye\n", 4);
  _exit(term_code);
}

int main(int argc, char **argv) {
  setvbuf(stdout, NULL, _IOLBF, 0);
  for (int i = 1; i < argc; i++) {
    const char *word = argv[i];
    if (!strcmp(word, "hold")) {
      for (;;) pause();
    }
    const char *value = ++i < argc ? argv[i] : "";
    if (!strcmp(word, "print")) {
      puts(value);
    } else if (!strcmp(word, "err")) {
      fprintf(stderr, "%s\n", value);
    } else if (!strcmp(word, "env")) {
      const char *found = getenv(value);
      puts(found ? found : "(unset)");
    } else if (!strcmp(word, "sleep")) {
      sleep((unsigned)atoi(value));
    } else if (!strcmp(word, "term")) {
      term_code = atoi(value);
      signal(SIGTERM, on_term);
    } else if (!strcmp(word, "eat")) {
      size_t size = (size_t)atoi(value) << 20;
      char *memory = malloc(size);
      if (!memory) return 99;
      for (size_t at = 0; at < size; at += 4096) memory[at] = 1;
    } else if (!strcmp(word, "exit")) {
      return atoi(value);
    }
  }
  return 0;
}
