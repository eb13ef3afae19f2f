/* desaster, GPL-3.0-or-later, see LICENSE */

/*
 * Counts how often the launcher waits for the environment of an orphan. Exits with 0 if all is as it
 * should be, else says what is not.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int waits;

static int count_wait(const struct timespec *length, struct timespec *left) {
  (void)left;
  waits++;
  return usleep((useconds_t)(length->tv_nsec / 1000));
}

#define nanosleep count_wait
#include "../../main/c/tree.c"

#define ID "11111111-2222-7333-8444-555555555555"

const char *run_dir = "/";

struct job *attempt_of_main(pid_t pid) {
  (void)pid;
  return NULL;
}

static char *const nothing[] = {NULL};
static char *const ours[] = {"DESASTER_JOB_ID=" ID, "DESASTER_ATTEMPT=1", NULL};
static int silence[2]; /* nobody writes into it */
static struct job job = {.id = ID, .attempt = 1, .pid = -1};

/* A child that has been replaced by the program when this returns. */
static pid_t child(const char *script, char *const *environment) {
  int replaced[2];
  if (pipe2(replaced, O_CLOEXEC) != 0) exit(2);
  pid_t pid = fork();
  if (pid == 0) {
    dup2(silence[0], STDIN_FILENO);
    char *const argv[] = {"sh", "-c", (char *)script, NULL};
    execve("/bin/sh", argv, environment);
    _exit(127);
  }
  char byte;
  close(replaced[1]);
  if (read(replaced[0], &byte, 1) != 0) exit(2);
  close(replaced[0]);
  return pid;
}

static void end(pid_t pid) {
  kill(pid, SIGKILL);
  waitpid(pid, NULL, 0);
}

static void expect(const char *what, int is, int expected) {
  if (is == expected) return;
  printf("%s: %d, not %d\n", what, is, expected);
  exit(1);
}

static int found(void) {
  pid_t pids[10];
  return members_by_proc(&job, pids, 10);
}

int main(void) {
  if (pipe2(silence, O_CLOEXEC) != 0) return 2;
  pid_t empty = child("read line; exit", nothing);
  expect("members, one without environment", found(), 0);
  expect("waits at the first look", waits, EXEC_PASSES);
  for (int i = 0; i < 10; i++) expect("members at another look", found(), 0);
  expect("waits at later looks", waits, EXEC_PASSES);

  pid_t carrier = child("read line; exit", ours);
  expect("members, one that carries the attempt", found(), 1);
  expect("waits for it", waits, EXEC_PASSES);
  end(empty);
  end(carrier);

  /* One that is known to have none gets one by another exec. */
  int go[2], gone[2];
  if (pipe(go) != 0 || pipe(gone) != 0) return 2;
  char script[300];
  snprintf(script, sizeof script,
           "read line <&%d; DESASTER_JOB_ID=" ID " DESASTER_ATTEMPT=1 exec /bin/sh -c 'echo >&%d; read line'",
           go[0], gone[1]);
  pid_t late = child(script, nothing);
  waits = 0;
  expect("members before the exec", found(), 0);
  expect("waits for another process", waits, EXEC_PASSES);
  char byte;
  if (write(go[1], "\n", 1) != 1 || read(gone[0], &byte, 1) != 1) return 2;
  expect("members after the exec", found(), 1);
  end(late);
  return 0;
}
