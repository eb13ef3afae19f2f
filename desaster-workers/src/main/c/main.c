/* desaster, GPL-3.0-or-later, see LICENSE */

/*
 * desaster-launcher RUN_DIR [SPARE_DIRECTORIES [IDLE_SECONDS]]
 *
 * Goes to the background in a session of its own and returns 0 once it listens; 3 if a launcher
 * serves this directory already, 1 with a line on stderr if it cannot. Without jobs and without a
 * daemon it leaves after IDLE_SECONDS. TERM ends all jobs, then itself.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define ALREADY_RUNNING 3
#define IDLE_SECONDS 30
#define SPARES 256
#define PREPARE_AFTER_MS 5

const char *run_dir;
char boot_id[ID_LENGTH + 1];
static bool stopping;

int64_t now_wall_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_REALTIME, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

int64_t now_ms(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void say(const char *format, va_list args) {
  fprintf(stderr, "%lld desaster-launcher: ", (long long)now_wall_ms());
  vfprintf(stderr, format, args);
  fputc('\n', stderr);
}

void warn_of(const char *format, ...) {
  va_list args;
  va_start(args, format);
  say(format, args);
  va_end(args);
}

void fatal(const char *format, ...) {
  va_list args;
  va_start(args, format);
  say(format, args);
  va_end(args);
  exit(1);
}

static void read_boot_id(void) {
  FILE *file = fopen("/proc/sys/kernel/random/boot_id", "re");
  if (!file || fscanf(file, "%36s", boot_id) != 1) snprintf(boot_id, sizeof boot_id, "unknown");
  if (file) fclose(file);
}

static void take_lock(void) {
  int fd = open("launcher.lock", O_CREAT | O_RDWR | O_CLOEXEC, 0600);
  if (fd < 0) fatal("cannot open %s/launcher.lock: %s", run_dir, strerror(errno));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    fprintf(stderr, "a launcher serves %s already\n", run_dir);
    exit(ALREADY_RUNNING);
  }
}

static void reset_signals(sigset_t *watched) {
  for (int signal = 1; signal < NSIG; signal++) {
    if (signal != SIGKILL && signal != SIGSTOP) sigaction(signal, &(struct sigaction){.sa_handler = SIG_DFL}, NULL);
  }
  sigemptyset(watched);
  sigaddset(watched, SIGCHLD);
  sigaddset(watched, SIGTERM);
  sigaddset(watched, SIGINT);
  sigaddset(watched, SIGHUP);
  sigprocmask(SIG_SETMASK, watched, NULL);
}

/* Many busy jobs must not keep this process from starting and ending others. */
static void come_first(void) {
  int fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return;
  ssize_t ignored = write(fd, "-10", 3);
  (void)ignored;
  close(fd);
}

/* Two forks: nobody's child and without a terminal. The caller waits for one byte from us. */
static int go_to_background(void) {
  int ready[2];
  if (pipe2(ready, O_CLOEXEC) != 0) fatal("cannot make a pipe: %s", strerror(errno));
  pid_t child = fork();
  if (child < 0) fatal("cannot fork: %s", strerror(errno));
  if (child > 0) {
    close(ready[1]);
    unsigned char status = 1;
    _exit(read(ready[0], &status, 1) == 1 ? status : 1);
  }
  setsid();
  if ((child = fork()) != 0) _exit(child < 0);
  close(ready[0]);
  return ready[1];
}

static void be_ready(int ready) {
  int null = open("/dev/null", O_RDWR | O_CLOEXEC);
  int log = open("launcher.err", O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  unsigned char ok = 0;
  if (write(ready, &ok, 1) != 1) fatal("nobody waits for the launcher");
  close(ready);
  dup2(null, 0);
  dup2(null, 1);
  dup2(log >= 0 ? log : null, 2);
  if (null > 2) close(null);
  if (log > 2) close(log);
}

static void read_signals(int fd) {
  struct signalfd_siginfo infos[16];
  ssize_t n;
  while ((n = read(fd, infos, sizeof infos)) > 0) {
    for (size_t i = 0; i < (size_t)n / sizeof *infos; i++) {
      if (infos[i].ssi_signo == SIGCHLD || infos[i].ssi_signo == SIGHUP) continue;
      stopping = true;
      attempts_stop("the launcher was told to stop");
    }
  }
  attempts_reap();
}

static int wait_ms(bool prepare, int64_t leave_at) {
  int64_t next = attempts_next(), now = now_ms();
  if (leave_at > 0 && leave_at < next) next = leave_at;
  if (prepare && next > now + PREPARE_AFTER_MS) next = now + PREPARE_AFTER_MS;
  if (next == INT64_MAX) return -1;
  return next <= now ? 0 : next - now > INT_MAX ? INT_MAX : (int)(next - now);
}

static void serve(int signals, int64_t idle_ms) {
  bool prepare = true;
  int64_t leave_at = now_ms() + idle_ms;
  while (!(stopping && !jobs)) {
    struct pollfd fds[] = {{.fd = signals, .events = POLLIN},
                           {.fd = link_listener(), .events = POLLIN},
                           {.fd = link_client(), .events = (short)(POLLIN | (link_wants_write() ? POLLOUT : 0))}};
    int timeout = wait_ms(prepare, leave_at);
    int events = poll(fds, 3, timeout);
    if (events < 0 && errno != EINTR) fatal("cannot poll: %s", strerror(errno));
    int64_t now = now_ms();
    if (events == 0 && prepare) prepare = store_idle();
    if (fds[0].revents) read_signals(signals);
    if (fds[2].revents & (POLLIN | POLLHUP | POLLERR)) link_read();
    if (fds[1].revents) link_accept();
    attempts_tick(now);
    log_sync();
    link_release_ends();
    link_flush();
    if (events > 0) prepare = true;
    if (link_client() >= 0 || jobs) leave_at = 0;
    else if (leave_at == 0) leave_at = now + idle_ms;
    else if (now >= leave_at) break;
  }
}

int main(int argc, char **argv) {
  if (argc < 2) {
    fprintf(stderr, "usage: desaster-launcher RUN_DIR [SPARE_DIRECTORIES [IDLE_SECONDS]]\n");
    return 2;
  }
  if (chdir(argv[1]) != 0) fatal("cannot enter %s: %s", argv[1], strerror(errno));
  if (!(run_dir = realpath(".", NULL))) fatal("cannot tell the path of %s: %s", argv[1], strerror(errno));
  take_lock();
  int ready = go_to_background();
  sigset_t watched;
  reset_signals(&watched);
  prctl(PR_SET_CHILD_SUBREAPER, 1);
  read_boot_id();
  spawn_prepare();
  come_first();
  tree_open();
  store_open(argc > 2 ? atoi(argv[2]) : SPARES);
  link_open();
  int signals = signalfd(-1, &watched, SFD_CLOEXEC | SFD_NONBLOCK);
  if (signals < 0) fatal("cannot watch signals: %s", strerror(errno));
  be_ready(ready);
  serve(signals, (argc > 3 ? atoi(argv[3]) : IDLE_SECONDS) * INT64_C(1000));
  unlink("launcher.sock");
  tree_close();
  return 0;
}
