/* desaster, GPL-3.0-or-later, see LICENSE */

/*
 * From an order to execve: one clone that shares memory until the exec (as vfork does), so that a
 * start costs the same however large this process is, born in the job's cgroup where it has one.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP 0x200000000ULL
#endif
#define LOCK_FD_LOWEST 50
#define GROUPS_MAX 256
#define PROGRESS_FD_LOWEST 51

/* struct clone_args of the kernel, whose headers may be older than the running one. */
struct clone_request {
  uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid,
      set_tid_size, cgroup;
};

struct account {
  bool change;
  uid_t uid;
  gid_t gid;
  int group_count;
  gid_t groups[GROUPS_MAX];
  char name[64], home[256], shell[256];
};

enum stage { AT_CGROUP, AT_NICE, AT_USER, AT_CWD, AT_FILES, AT_PARENT, AT_EXEC };

/* All a child needs; it shares our memory and tells here what failed. */
struct birth {
  const struct order *order;
  const struct account *account;
  const char *search_path;
  int stdin_fd, out_fd, err_fd, lock_fd, procs_fd;
  pid_t launcher;
  volatile int stage, error;
  ssize_t ignored;
};

static struct rlimit files_before;
static mode_t umask_before;

void spawn_prepare(void) {
  umask_before = umask(0077);
  getrlimit(RLIMIT_NOFILE, &files_before);
  struct rlimit all = {files_before.rlim_max, files_before.rlim_max};
  setrlimit(RLIMIT_NOFILE, &all);
}

static void __attribute__((noreturn)) fail(struct birth *birth, int stage, int error) {
  birth->stage = stage;
  birth->error = error;
  _exit(127);
}

static void set_limits(struct birth *birth) {
  setrlimit(RLIMIT_NOFILE, &files_before);
  if (birth->order->cpu_ms > 0) { /* a second behind our own watch, in case nobody looks */
    rlim_t seconds = (rlim_t)(birth->order->cpu_ms / 1000 + 2);
    struct rlimit limit = {seconds, seconds + 5};
    setrlimit(RLIMIT_CPU, &limit);
  }
}

static void set_nice(struct birth *birth) {
  if (!birth->order->set_nice) return;
  int nice = birth->order->nice;
  if (setpriority(PRIO_PROCESS, 0, nice) != 0) fail(birth, AT_NICE, errno);
  /* Each session is a group of its own to the kernel's scheduler; nice counts inside of it only. */
  char text[8];
  int length = 0, magnitude = nice < 0 ? -nice : nice;
  if (nice < 0) text[length++] = '-';
  if (magnitude >= 10) text[length++] = (char)('0' + magnitude / 10);
  text[length++] = (char)('0' + magnitude % 10);
  int fd = open("/proc/self/autogroup", O_WRONLY | O_CLOEXEC);
  if (fd >= 0) birth->ignored = write(fd, text, (size_t)length); /* refused: no harm */
}

static void set_user(struct birth *birth) {
  const struct account *account = birth->account;
  if (!account->change) return;
  /* Raw calls: those of the library tell other threads, and there are none. */
  if (syscall(SYS_setgroups, account->group_count, account->groups) != 0 ||
      syscall(SYS_setresgid, account->gid, account->gid, account->gid) != 0 ||
      syscall(SYS_setresuid, account->uid, account->uid, account->uid) != 0) {
    fail(birth, AT_USER, errno);
  }
}

static void set_files(struct birth *birth) {
  if (dup2(birth->stdin_fd, 0) < 0 || dup2(birth->out_fd, 1) < 0 || dup2(birth->err_fd, 2) < 0 ||
      fcntl(birth->lock_fd, F_DUPFD, LOCK_FD_LOWEST) < 0) {
    fail(birth, AT_FILES, errno);
  }
}

static void try_exec(struct birth *birth, const char *program) {
  execve(program, birth->order->argv, birth->order->envp);
}

static void __attribute__((noreturn)) exec_job(struct birth *birth) {
  const char *program = birth->order->argv[0];
  if (strchr(program, '/')) {
    try_exec(birth, program);
    fail(birth, AT_EXEC, errno);
  }
  int error = ENOENT;
  char path[4096];
  for (const char *at = birth->search_path; *at;) {
    const char *end = strchrnul(at, ':');
    size_t length = (size_t)(end - at), name = strlen(program);
    if (length + name + 2 <= sizeof path) {
      memcpy(path, length > 0 ? at : ".", length > 0 ? length : 1);
      if (length == 0) length = 1;
      path[length] = '/';
      memcpy(path + length + 1, program, name + 1);
      try_exec(birth, path);
      if (errno == EACCES) error = EACCES;
      if (errno != ENOENT && errno != ENOTDIR && errno != EACCES) fail(birth, AT_EXEC, errno);
    }
    at = *end ? end + 1 : end;
  }
  fail(birth, AT_EXEC, error);
}

static void __attribute__((noinline, noreturn)) child(struct birth *birth) {
  const struct order *order = birth->order;
  setsid();
  if (birth->procs_fd >= 0 && write(birth->procs_fd, "0", 1) != 1) fail(birth, AT_CGROUP, errno);
  set_limits(birth);
  set_nice(birth);
  umask(order->umask >= 0 ? (mode_t)order->umask : umask_before);
  set_user(birth);
  if (chdir(order->cwd) != 0) fail(birth, AT_CWD, errno);
  set_files(birth);
  prctl(PR_SET_PDEATHSIG, SIGKILL); /* after the change of user, which forgets it */
  if (getppid() != birth->launcher) fail(birth, AT_PARENT, ESRCH);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, NULL);
  exec_job(birth);
}

/*
 * The system call stands inline: the child goes on on our stack below this frame, and a wrapper's
 * return address would lie there.
 */
static long __attribute__((noinline)) clone_child(struct clone_request *request, struct birth *birth) {
  long result;
#if defined(__x86_64__)
  __asm__ volatile("syscall"
                   : "=a"(result)
                   : "a"(SYS_clone3), "D"(request), "S"(sizeof *request)
                   : "rcx", "r11", "memory");
#elif defined(__aarch64__)
  register long number __asm__("x8") = SYS_clone3;
  register long first __asm__("x0") = (long)request;
  register long second __asm__("x1") = (long)sizeof *request;
  __asm__ volatile("svc 0" : "+r"(first) : "r"(number), "r"(second) : "memory");
  result = first;
#else
  (void)request;
  result = -ENOSYS;
#endif
  if (result == 0) child(birth);
  return result;
}

static int run_child(void *birth) { child(birth); }

/* Kernels before 5.7 (5.3 without cgroups) and other processors. */
static long clone_plainly(struct birth *birth) {
  static char stack[64 * 1024] __attribute__((aligned(16)));
  extern int clone(int (*)(void *), void *, int, void *, ...);
  int pid = clone(run_child, stack + sizeof stack, CLONE_VM | CLONE_VFORK | SIGCHLD, birth);
  return pid < 0 ? -errno : pid;
}

static long give_birth(struct job *job, struct birth *birth) {
  int cgroup = tree_clone_fd(job);
  struct clone_request request = {.flags = CLONE_VM | CLONE_VFORK, .exit_signal = SIGCHLD};
  if (cgroup >= 0) {
    request.flags |= CLONE_INTO_CGROUP;
    request.cgroup = (uint64_t)cgroup;
  }
  long pid = clone_child(&request, birth);
  if (pid >= 0 || (pid != -ENOSYS && pid != -EINVAL && pid != -E2BIG)) return pid;
  if (cgroup >= 0) birth->procs_fd = openat(cgroup, "cgroup.procs", O_WRONLY | O_CLOEXEC);
  pid = clone_plainly(birth);
  if (cgroup >= 0) close(birth->procs_fd);
  return pid;
}

static bool all_digits(const char *text) { return *text && strspn(text, "0123456789") == strlen(text); }

static void copy(char *to, size_t size, const char *from) { snprintf(to, size, "%s", from); }

/* Reads /etc/passwd itself: the library's way needs shared objects that a static program lacks. */
static bool find_account(const char *user, struct account *account) {
  FILE *file = fopen("/etc/passwd", "re");
  char line[1024];
  bool found = false;
  while (file && !found && fgets(line, sizeof line, file)) {
    char *field[7], *rest = line;
    int n = 0;
    while (n < 7 && (field[n] = strsep(&rest, ":\n"))) n++;
    if (n < 7) continue;
    if (strcmp(field[0], user) != 0 && !(all_digits(user) && strcmp(field[2], user) == 0)) continue;
    account->uid = (uid_t)atol(field[2]);
    account->gid = (gid_t)atol(field[3]);
    copy(account->name, sizeof account->name, field[0]);
    copy(account->home, sizeof account->home, field[5]);
    copy(account->shell, sizeof account->shell, *field[6] ? field[6] : "/bin/sh");
    found = true;
  }
  if (file) fclose(file);
  return found;
}

static void find_groups(struct account *account) {
  FILE *file = fopen("/etc/group", "re");
  static char line[65536];
  account->groups[0] = account->gid;
  account->group_count = 1;
  while (file && fgets(line, sizeof line, file) && account->group_count < GROUPS_MAX) {
    char *rest = line;
    strsep(&rest, ":");
    strsep(&rest, ":");
    char *number = strsep(&rest, ":");
    for (char *name; number && (name = strsep(&rest, ",\n"));) {
      if (strcmp(name, account->name) != 0) continue;
      account->groups[account->group_count++] = (gid_t)atol(number);
      break;
    }
  }
  if (file) fclose(file);
}

static bool prepare_account(const char *user, struct account *account, char *reason) {
  account->change = false;
  if (!user) return true;
  if (!find_account(user, account)) {
    snprintf(reason, REASON_MAX, "cannot start as user %s: there is no such user in /etc/passwd", user);
    return false;
  }
  if (geteuid() != 0 && account->uid != geteuid()) {
    snprintf(reason, REASON_MAX,
             "cannot start as user %s: the launcher runs as uid %d and only root may switch", user,
             (int)geteuid());
    return false;
  }
  account->change = geteuid() == 0;
  find_groups(account);
  return true;
}

static int open_stdin(const struct order *order) {
  if (order->stdin_length == 0) return open("/dev/null", O_RDONLY | O_CLOEXEC);
  int fd = memfd_create("stdin", MFD_CLOEXEC);
  size_t done = 0;
  while (fd >= 0 && done < order->stdin_length) {
    ssize_t n = write(fd, order->stdin_bytes + done, order->stdin_length - done);
    if (n <= 0) {
      close(fd);
      return -1;
    }
    done += (size_t)n;
  }
  if (fd >= 0) lseek(fd, 0, SEEK_SET);
  return fd;
}

static void tell(const struct birth *birth, char *reason) {
  const char *what = strerror(birth->error);
  const struct order *order = birth->order;
  switch (birth->stage) {
    case AT_CWD:
      snprintf(reason, REASON_MAX, "cannot start in directory %.250s: %s", order->cwd, what);
      break;
    case AT_USER:
      snprintf(reason, REASON_MAX, "cannot start as user %.100s: %s", order->user, what);
      break;
    case AT_NICE:
      snprintf(reason, REASON_MAX, "cannot start with niceness %d: %s", order->nice, what);
      break;
    case AT_EXEC:
      snprintf(reason, REASON_MAX, "cannot start %.250s: %s", order->argv[0],
               birth->error == ENOENT ? "no such program" : what);
      break;
    default:
      snprintf(reason, REASON_MAX, "cannot start %.250s: %s", order->argv[0], what);
  }
}

static const char *value_of(char **env, const char *name) {
  size_t length = strlen(name);
  for (; *env; env++) {
    if (strncmp(*env, name, length) == 0 && (*env)[length] == '=') return *env + length + 1;
  }
  return NULL;
}

static void replace(char **env, const char *name, char *entry) {
  size_t length = strlen(name);
  for (; *env; env++) {
    if (strncmp(*env, name, length) == 0 && (*env)[length] == '=') *env = entry;
  }
}

/* A job of another user gets that user's names, unless the order gave them itself. */
static void set_account_env(char **env, const struct account *account) {
  static char home[300], user[100], logname[100], shell[300];
  snprintf(home, sizeof home, "HOME=%s", account->home);
  snprintf(user, sizeof user, "USER=%s", account->name);
  snprintf(logname, sizeof logname, "LOGNAME=%s", account->name);
  snprintf(shell, sizeof shell, "SHELL=%s", account->shell);
  const char *names[ENV_MORE] = {"HOME", "USER", "LOGNAME", "SHELL"};
  char *entries[ENV_MORE] = {home, user, logname, shell};
  for (int i = 0; i < ENV_MORE; i++) {
    const char *old = value_of(env, names[i]), *base = getenv(names[i]);
    char **end = env;
    while (*end) end++;
    if (!old) *end = entries[i];
    else if (base && strcmp(old, base) == 0) replace(env, names[i], entries[i]);
  }
}

/* Another user's job cannot reach its directory: it gets the file's descriptor to open again. */
static int open_progress(struct job *job, const struct order *order, const struct account *account) {
  int fd = store_file(job->id, job->attempt, "progress", O_RDWR | O_APPEND);
  if (fd < 0 || fchown(fd, account->uid, account->gid) != 0) return fd;
  static char entry[60];
  int passed = fcntl(fd, F_DUPFD, PROGRESS_FD_LOWEST);
  snprintf(entry, sizeof entry, "DESASTER_PROGRESS=/proc/self/fd/%d", passed);
  replace(order->envp, "DESASTER_PROGRESS", entry);
  close(fd);
  return passed;
}

bool spawn(struct job *job, const struct order *order, int lock_fd, char *reason) {
  struct account account;
  if (!prepare_account(order->user, &account, reason)) return false;
  int progress_fd = -1;
  if (account.change) {
    set_account_env(order->envp, &account);
    progress_fd = open_progress(job, order, &account);
    if (fchown(job->out.fd, account.uid, account.gid) != 0 ||
        fchown(job->err.fd, account.uid, account.gid) != 0) {
      warn_of("cannot give the output of job %s to user %s: %s", job->id, order->user, strerror(errno));
    }
  }
  const char *search_path = value_of(order->envp, "PATH");
  struct birth birth = {
      .order = order,
      .account = &account,
      .search_path = search_path ? search_path : "/usr/local/bin:/usr/bin:/bin",
      .stdin_fd = open_stdin(order),
      .out_fd = job->out.fd,
      .err_fd = job->err.fd,
      .lock_fd = lock_fd,
      .procs_fd = tree_procs_fd(job),
      .launcher = getpid(),
      .stage = -1,
  };
  long pid = birth.stdin_fd < 0 ? -errno : give_birth(job, &birth);
  if (birth.stdin_fd >= 0) close(birth.stdin_fd);
  if (progress_fd >= 0) close(progress_fd);
  if (pid < 0) {
    snprintf(reason, REASON_MAX, "cannot start a process: %s", strerror((int)-pid));
    return false;
  }
  job->pid = (pid_t)pid;
  if (birth.stage < 0) return true;
  tell(&birth, reason);
  while (waitpid(job->pid, NULL, 0) < 0 && errno == EINTR) continue;
  return false;
}
