/* desaster, GPL-3.0-or-later, see LICENSE */
/* spawn-loop COUNT PARALLEL: runs /bin/true, nothing kept but the exit status; prints jobs/s. */
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <time.h>

extern char **environ;

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 3) return 2;
  int count = atoi(argv[1]), parallel = atoi(argv[2]), started = 0, ended = 0;
  char *job[] = {"/bin/true", NULL};
  double begun = seconds();
  while (ended < count) {
    pid_t pid;
    int status;
    for (; started < count && started - ended < parallel; started++) {
      if (posix_spawn(&pid, job[0], NULL, NULL, job, environ) != 0) return 1;
    }
    if (wait(&status) < 0 || status != 0) return 1;
    ended++;
  }
  printf("%.1f\n", count / (seconds() - begun));
  return 0;
}
