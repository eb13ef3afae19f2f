/* desaster, GPL-3.0-or-later, see LICENSE */

/*
 * The life of an attempt. Its directory comes into being by a rename, so that an order repeated
 * finds it and is not run again. It is over when its whole process tree is; then its end is
 * appended to the attempt log, and told to the daemon once the log is on disk.
 */
#include "launcher.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define LINE_MAX_BYTES 1024
#define ORPHANS_MAX 4096
#define LOOK_SOON_MS 20
#define LOOK_MS 100
#define LOOK_LATE_MS 1000
#define LIMITS_MS 250
#define MANY_LIMITED 32
#define AGAIN_MS 20

struct job *jobs;
static int64_t look_at, look_every = LOOK_MS, limits_at;
static int lingering; /* jobs whose main process is a zombie */

/* What is told of an attempt's end. */
struct end {
  const char *job, *outcome, *reason;
  int attempt, code, signal;
  int64_t started_ms, user_us, system_us, rss, out_size, err_size;
};

static void record(const struct end *end) {
  char line[LINE_MAX_BYTES], reason[REASON_MAX];
  snprintf(reason, sizeof reason, "%s", end->reason);
  for (char *c = reason; *c; c++) {
    if ((unsigned char)*c < ' ') *c = ' ';
  }
  int n = snprintf(line, sizeof line,
                   "end job=%s attempt=%d outcome=%s code=%d signal=%d started=%lld ended=%lld user=%lld "
                   "system=%lld rss=%lld out=%lld err=%lld reason=%s .\n",
                   end->job, end->attempt, end->outcome, end->code, end->signal,
                   (long long)end->started_ms, (long long)now_wall_ms(), (long long)end->user_us,
                   (long long)end->system_us, (long long)end->rss, (long long)end->out_size,
                   (long long)end->err_size, reason);
  if (!store_write(end->job, end->attempt, "exit", line, (size_t)n)) {
    warn_of("cannot write %s/%s/%d/exit: %s", run_dir, end->job, end->attempt, strerror(errno));
  }
  log_append(line, (size_t)n);
  link_ended(line, (size_t)n);
}

static void record_not_started(const struct order *order, const char *reason) {
  record(&(struct end){.job = order->job, .outcome = "NOT_STARTED", .reason = reason,
                       .attempt = order->attempt, .code = -1});
}

struct job *attempt_of_main(pid_t pid) {
  for (struct job *job = jobs; job; job = job->next) {
    if (job->pid == pid) return job;
  }
  return NULL;
}

static struct job *find(const char *id, int attempt) {
  for (struct job *job = jobs; job; job = job->next) {
    if (job->attempt == attempt && strcmp(job->id, id) == 0) return job;
  }
  return NULL;
}

static void tell_known(const struct order *order) {
  char line[LINE_MAX_BYTES];
  size_t n = find(order->job, order->attempt)
                 ? 0
                 : store_read(order->job, order->attempt, "exit", line, sizeof line);
  if (n > 0) link_ended(line, n);
}

static void discard(struct job *job) {
  if (job->out.fd >= 0) close(job->out.fd);
  if (job->err.fd >= 0) close(job->err.fd);
  tree_leave(job);
  free(job);
}

static bool prepare_files(struct job *job, const struct order *order, int *lock_fd) {
  job->out.fd = store_file(job->id, job->attempt, "out", O_RDWR | O_APPEND);
  job->err.fd = store_file(job->id, job->attempt, "err", O_RDWR | O_APPEND);
  *lock_fd = store_file(job->id, job->attempt, "start", O_RDONLY);
  return job->out.fd >= 0 && job->err.fd >= 0 && *lock_fd >= 0 && flock(*lock_fd, LOCK_SH | LOCK_NB) == 0 &&
         store_write(job->id, job->attempt, "spec", order->text, order->text_length);
}

static void write_start(const struct job *job) {
  char text[200];
  int n = snprintf(text, sizeof text, "pid=%d ticks=%lld boot=%s at=%lld\n", (int)job->pid,
                   (long long)process_start_ticks(job->pid), boot_id, (long long)job->started_ms);
  if (!store_write(job->id, job->attempt, "start", text, (size_t)n)) {
    warn_of("cannot write %s/%s/%d/start: %s", run_dir, job->id, job->attempt, strerror(errno));
  }
}

static struct job *new_job(const struct order *order) {
  struct job *job = calloc(1, sizeof *job);
  if (!job) return NULL;
  snprintf(job->id, sizeof job->id, "%s", order->job);
  job->attempt = order->attempt;
  job->out.fd = job->err.fd = -1;
  job->grace_ms = order->grace_ms;
  job->memory_bytes = order->memory_bytes;
  job->cpu_ms = order->cpu_ms;
  job->output_bytes = order->output_bytes;
  job->started_ms = now_wall_ms();
  if (order->timeout_ms > 0) job->timeout_at = now_ms() + order->timeout_ms;
  return job;
}

static void begin_watch(struct job *job) {
  job->next = jobs;
  jobs = job;
  int64_t now = now_ms();
  look_every = LOOK_MS;
  if (look_at == 0 || look_at > now + LOOK_MS) look_at = now + LOOK_MS;
  if ((job->memory_bytes > 0 || job->cpu_ms > 0) && limits_at == 0) limits_at = now + LIMITS_MS;
}

static bool no_room(int error) { return error == ENOSPC || error == EDQUOT; }

/* For want of room the order is given back, as long as no trace of it is left; else it has failed. */
static void tell_unprepared(const struct order *order, int error) {
  if (no_room(error) && store_drop(order->job, order->attempt)) {
    char line[LINE_MAX_BYTES];
    int n = snprintf(line, sizeof line,
                     "job=%s attempt=%d reason=cannot prepare jobs in %.200s: %s; make room on its file system .\n",
                     order->job, order->attempt, run_dir, strerror(error));
    link_no_room(line, (size_t)n);
    return;
  }
  char reason[REASON_MAX];
  snprintf(reason, sizeof reason, "cannot prepare %.200s/%s/%d: %s", run_dir, order->job, order->attempt,
           strerror(error));
  record_not_started(order, reason);
}

void attempt_start(const struct order *order) {
  char reason[REASON_MAX];
  if (store_short() && !store_has(order->job, order->attempt)) {
    tell_unprepared(order, ENOSPC);
    return;
  }
  enum take taken = store_take(order->job, order->attempt);
  if (taken == KNOWN) {
    tell_known(order);
    return;
  }
  struct job *job = new_job(order);
  int lock_fd = -1;
  if (taken == FAILED || !job || !prepare_files(job, order, &lock_fd)) {
    int error = errno;
    if (job) discard(job);
    tell_unprepared(order, error);
  } else {
    char line[100];
    int n = snprintf(line, sizeof line, "start job=%s attempt=%d .\n", job->id, job->attempt);
    log_append(line, (size_t)n);
    tree_join(job);
    if (spawn(job, order, lock_fd, reason)) {
      write_start(job);
      begin_watch(job);
    } else {
      record_not_started(order, reason);
      discard(job);
    }
  }
  if (lock_fd >= 0) close(lock_fd);
}

static void kill_tree(struct job *job) {
  job->phase = KILLING;
  job->kill_at = 0;
  job->again_at = now_ms() + AGAIN_MS;
  tree_signal(job, SIGKILL);
}

static void end_tree(struct job *job, enum phase phase, int64_t grace_ms) {
  if (job->phase == KILLING) return;
  int64_t kill_at = now_ms() + grace_ms;
  if (job->phase != RUNNING && job->kill_at <= kill_at) return;
  job->kill_at = kill_at;
  if (grace_ms <= 0) {
    kill_tree(job);
    return;
  }
  job->phase = phase;
  tree_signal(job, SIGTERM);
}

static void __attribute__((format(printf, 4, 5)))
end_because(struct job *job, const char *outcome, int64_t grace_ms, const char *format, ...) {
  if (!job->outcome && !job->exited) {
    job->outcome = outcome;
    va_list args;
    va_start(args, format);
    vsnprintf(job->reason, sizeof job->reason, format, args);
    va_end(args);
  }
  job->timeout_at = 0;
  end_tree(job, ENDING, grace_ms);
}

static void refuse_later_start(const char *id, int attempt, const char *reason) {
  if (store_take(id, attempt) != TAKEN) return;
  char line[LINE_MAX_BYTES];
  int64_t now = now_wall_ms();
  int n = snprintf(line, sizeof line,
                   "end job=%s attempt=%d outcome=CANCELLED code=-1 signal=0 started=0 ended=%lld user=0 "
                   "system=0 rss=0 out=0 err=0 reason=%.300s .\n",
                   id, attempt, (long long)now, reason);
  if (!store_write(id, attempt, "exit", line, (size_t)n)) {
    warn_of("cannot write %s/%s/%d/exit: %s", run_dir, id, attempt, strerror(errno));
  }
  log_append(line, (size_t)n);
}

void attempt_end(const char *id, int attempt, int64_t grace_ms, const char *reason) {
  struct job *job = find(id, attempt);
  if (job) {
    end_because(job, "CANCELLED", grace_ms, "%s", reason);
  } else {
    refuse_later_start(id, attempt, reason);
  }
}

void attempt_release(const char *id) {
  bool alive = false;
  for (struct job *job = jobs; job; job = job->next) {
    if (strcmp(job->id, id) == 0) alive = job->release = true;
  }
  if (!alive) store_release(id);
}

void attempts_stop(const char *reason) {
  for (struct job *job = jobs; job; job = job->next) {
    end_because(job, "LOST", job->grace_ms, "%s", reason);
  }
}

static const char *signal_name(int signal) {
  const char *name = sigabbrev_np(signal);
  return name ? name : "?";
}

static void judge(struct job *job, int status, const struct rusage *use, struct end *end) {
  end->code = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  end->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  if (!job->outcome && end->signal == SIGXCPU && job->cpu_ms > 0) {
    job->outcome = "LIMIT_EXCEEDED";
    snprintf(job->reason, sizeof job->reason, "CPU time limit: more than %.1f s", (double)job->cpu_ms / 1000);
  }
  if (job->outcome) {
    end->outcome = job->outcome;
  } else if (end->code == 0) {
    end->outcome = "SUCCEEDED";
  } else {
    end->outcome = "FAILED";
    if (end->signal > 0) {
      snprintf(job->reason, sizeof job->reason, "ended by signal %d (%s)%s", end->signal,
               signal_name(end->signal), WCOREDUMP(status) ? ", core dumped" : "");
    } else {
      snprintf(job->reason, sizeof job->reason, "exit code %d", end->code);
    }
  }
  end->user_us = use->ru_utime.tv_sec * 1000000LL + use->ru_utime.tv_usec + job->orphans_user_us;
  end->system_us = use->ru_stime.tv_sec * 1000000LL + use->ru_stime.tv_usec + job->orphans_system_us;
  end->rss = use->ru_maxrss * KIB > job->orphans_rss ? use->ru_maxrss * KIB : job->orphans_rss;
  if (job->adopted) tree_cpu(job, &end->user_us, &end->system_us);
}

static int64_t size_of(int fd) {
  struct stat st;
  return fstat(fd, &st) == 0 ? st.st_size : 0;
}

static void finish(struct job *job) {
  int status = 0;
  struct rusage use = {0};
  while (wait4(job->pid, &status, 0, &use) < 0 && errno == EINTR) continue;
  if (job->exited) lingering--;
  struct job **at = &jobs;
  while (*at != job) at = &(*at)->next;
  *at = job->next;
  struct end end = {.job = job->id, .attempt = job->attempt, .started_ms = job->started_ms};
  end.out_size = size_of(job->out.fd);
  end.err_size = size_of(job->err.fd);
  if (job->output_bytes > 0 && (end.out_size > job->output_bytes || end.err_size > job->output_bytes)) {
    output_trim(job, true);
  }
  judge(job, status, &use, &end);
  if (job->starved || store_full()) {
    size_t length = strlen(job->reason);
    snprintf(job->reason + length, sizeof job->reason - length,
             "%sthe disk of %.150s was full while it ran: its output may lack something",
             length > 0 ? "; " : "", run_dir);
  }
  end.reason = job->reason;
  record(&end);
  if (job->release) store_release(job->id);
  discard(job);
}

static void main_is_over(struct job *job) {
  if (tree_empty(job)) {
    finish(job);
    return;
  }
  if (job->exited) return;
  job->exited = true;
  lingering++;
  job->timeout_at = 0;
  job->again_at = now_ms() + AGAIN_MS;
  if (job->phase == RUNNING) end_tree(job, LINGERING, job->grace_ms);
}

static void reap_orphan(pid_t pid) {
  pid_t session = process_session(pid);
  struct rusage use;
  if (wait4(pid, NULL, WNOHANG, &use) != pid) return;
  for (struct job *job = jobs; job; job = job->next) {
    if (job->cgroup) job->adopted = true;
    if (job->pid != session) continue;
    job->orphans_user_us += use.ru_utime.tv_sec * 1000000LL + use.ru_utime.tv_usec;
    job->orphans_system_us += use.ru_stime.tv_sec * 1000000LL + use.ru_stime.tv_usec;
    if (use.ru_maxrss * KIB > job->orphans_rss) job->orphans_rss = use.ru_maxrss * KIB;
  }
}

/* The zombies kept would hide the others from a wait for any child: asks one by one. */
static void reap_around_zombies(void) {
  static pid_t orphans[ORPHANS_MAX];
  int count = tree_orphans(orphans, ORPHANS_MAX);
  for (int i = 0; i < count; i++) reap_orphan(orphans[i]);
  for (struct job *job = jobs, *next; job; job = next) {
    next = job->next;
    siginfo_t info = {0};
    if (waitid(P_PID, (id_t)job->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0 && info.si_pid == job->pid) {
      main_is_over(job);
    }
  }
}

void attempts_reap(void) {
  while (lingering == 0) {
    siginfo_t info = {0};
    if (waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return;
    struct job *job = attempt_of_main(info.si_pid);
    if (job) {
      main_is_over(job);
    } else {
      reap_orphan(info.si_pid);
    }
  }
  reap_around_zombies();
}

static double mib(int64_t bytes) { return (double)bytes / MIB; }

static void watch_limits(int64_t now) {
  int limited = 0;
  for (struct job *job = jobs; job; job = job->next) {
    if (job->memory_bytes <= 0 && job->cpu_ms <= 0) continue;
    limited++;
    if (job->phase != RUNNING) continue;
    struct usage usage = tree_usage(job);
    if (job->memory_bytes > 0 && usage.rss_bytes > job->memory_bytes) {
      end_because(job, "LIMIT_EXCEEDED", job->grace_ms, "memory limit: %.0f MiB > %.0f MiB",
                  mib(usage.rss_bytes), mib(job->memory_bytes));
    } else if (job->cpu_ms > 0 && usage.cpu_us > job->cpu_ms * 1000) {
      end_because(job, "LIMIT_EXCEEDED", job->grace_ms, "CPU time limit: %.1f s > %.1f s",
                  (double)usage.cpu_us / 1e6, (double)job->cpu_ms / 1e3);
    }
  }
  limits_at = limited == 0 ? 0 : now + (limited > MANY_LIMITED ? LOOK_LATE_MS : LIMITS_MS);
}

/* Looks at the outputs' sizes: soon again if one grows fast, late if none grows. */
static void watch_outputs(int64_t now) {
  bool grown = false, fast = false, full = store_full();
  for (struct job *job = jobs; job; job = job->next) {
    job->starved = job->starved || full;
    if (job->output_bytes <= 0) continue;
    int64_t before = job->out.seen + job->err.seen;
    job->out.seen = size_of(job->out.fd);
    job->err.seen = size_of(job->err.fd);
    int64_t growth = job->out.seen + job->err.seen - before;
    grown = grown || growth > 0;
    fast = fast || growth > job->output_bytes / 8;
    bool over = job->out.seen > job->output_bytes || job->err.seen > job->output_bytes;
    if (over && !output_trim(job, false)) {
      end_because(job, "LIMIT_EXCEEDED", job->grace_ms,
                  "output limit: %.1f MiB > %.1f MiB, and the middle cannot be dropped: %s",
                  mib(job->out.seen > job->err.seen ? job->out.seen : job->err.seen), mib(job->output_bytes),
                  strerror(errno));
    }
  }
  look_every = fast ? LOOK_SOON_MS : grown ? LOOK_MS : look_every * 2;
  if (look_every > LOOK_LATE_MS) look_every = LOOK_LATE_MS;
  look_at = jobs ? now + look_every : 0;
}

static void look_after(struct job *job, int64_t now) {
  if (job->timeout_at > 0 && now >= job->timeout_at) {
    int64_t ran = now_wall_ms() - job->started_ms;
    end_because(job, "TIMED_OUT", job->grace_ms, "time-out: still running after %.1f s", (double)ran / 1e3);
  }
  if (job->kill_at > 0 && now >= job->kill_at) kill_tree(job);
  if (job->again_at > 0 && now >= job->again_at) {
    job->again_at = now + AGAIN_MS;
    if (job->phase == KILLING) tree_signal(job, SIGKILL);
    if (job->exited) main_is_over(job);
  }
}

void attempts_tick(int64_t now) {
  for (struct job *job = jobs, *next; job; job = next) {
    next = job->next;
    look_after(job, now);
  }
  if (limits_at > 0 && now >= limits_at) watch_limits(now);
  if (look_at > 0 && now >= look_at) watch_outputs(now);
}

static int64_t earlier(int64_t a, int64_t b) { return b > 0 && b < a ? b : a; }

int64_t attempts_next(void) {
  int64_t next = earlier(earlier(INT64_MAX, look_at), limits_at);
  for (struct job *job = jobs; job; job = job->next) {
    next = earlier(earlier(earlier(next, job->timeout_at), job->kill_at), job->again_at);
  }
  return next;
}
