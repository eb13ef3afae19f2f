/* desaster, GPL-3.0-or-later, see LICENSE */

/*
 * The launcher: one small process per node that starts job processes and outlives the daemon.
 *
 * It runs in the run directory and owns everything in it; one thread, one poll loop.
 *   store.c    attempt directories, the attempt log, output limits
 *   tree.c     what belongs to a job: cgroup, or session, descendants and environment
 *   spawn.c    the way from an order to execve
 *   attempt.c  the life of an attempt: start, limits, time-out, end, record
 *   link.c     frames to and from the daemon
 *   main.c     command line, lock, loop
 */
#ifndef DESASTER_LAUNCHER_H
#define DESASTER_LAUNCHER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

#define PROTOCOL_VERSION 1
#define ID_LENGTH 36
#define REASON_MAX 400
#define ENV_MORE 4 /* free places after the end of an order's environment */
#define KIB 1024L
#define MIB (1024 * KIB)

/* The order for one attempt; the strings lie in the frame it was read from. */
struct order {
  const char *job;
  int attempt;
  char **argv; /* ends with NULL */
  char **envp; /* complete; ends with NULL and ENV_MORE more of them */
  const char *cwd;
  const char *user; /* NULL: the launcher's own */
  int umask;        /* -1: the launcher's own */
  int nice;
  bool set_nice;
  int64_t timeout_ms, grace_ms, memory_bytes, cpu_ms, output_bytes; /* 0: none */
  const char *stdin_bytes;
  size_t stdin_length;
  const char *text; /* what is kept as spec */
  size_t text_length;
};

enum phase {
  RUNNING,
  ENDING,    /* TERM was sent */
  KILLING,   /* KILL was sent, until the tree is empty */
  LINGERING, /* the main process is over, others of its tree got TERM */
};

struct output {
  int fd;
  int64_t seen;      /* size at the last look */
  int64_t hole_from; /* what was dropped; from == to: nothing */
  int64_t hole_to;
};

struct job {
  struct job *next;
  char id[ID_LENGTH + 1];
  int attempt;
  pid_t pid;
  struct cgroup *cgroup; /* NULL: none */
  enum phase phase;
  bool exited;  /* the main process is a zombie, kept so that its pid and session stay taken */
  bool adopted; /* processes of its tree lost their parent and were reaped here */
  bool release; /* its directory goes when it is over */
  bool starved; /* the disk was full while it ran: its output may lack something */
  const char *outcome; /* why it is ended; NULL: it ends by itself */
  char reason[REASON_MAX];
  struct output out, err;
  int64_t started_ms, grace_ms, memory_bytes, cpu_ms, output_bytes;
  int64_t timeout_at, kill_at, again_at; /* monotonic milliseconds, 0: never */
  int64_t orphans_user_us, orphans_system_us, orphans_rss;
};

struct usage {
  int64_t rss_bytes, cpu_us;
};

extern struct job *jobs;
extern const char *run_dir; /* absolute path; the launcher's working directory */
extern char boot_id[ID_LENGTH + 1];

/* main.c */
int64_t now_wall_ms(void);
int64_t now_ms(void);
void warn_of(const char *format, ...) __attribute__((format(printf, 1, 2)));
void fatal(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));

/* store.c */
enum take { TAKEN, KNOWN, FAILED };
void store_open(int spares_max);
bool store_idle(void); /* prepares a few directories; true if there is more to do */
bool store_short(void);
bool store_has(const char *job, int attempt);
enum take store_take(const char *job, int attempt);
void store_release(const char *job);
bool store_drop(const char *job, int attempt); /* as if it had never been taken; false: it stays */
bool store_full(void);                         /* no file can grow */
int store_file(const char *job, int attempt, const char *name, int flags);
bool store_write(const char *job, int attempt, const char *name, const char *text, size_t length);
size_t store_read(const char *job, int attempt, const char *name, char *text, size_t size);
void log_append(const char *line, size_t length);
bool log_sync(void); /* everything appended is on disk; false: the disk refused */
bool output_trim(struct job *job, bool last);

/* tree.c */
void tree_open(void);
void tree_close(void);
const char *tree_place(void); /* directory of the jobs' cgroups, empty without */
bool tree_join(struct job *job);
void tree_leave(struct job *job);
int tree_clone_fd(const struct job *job); /* cgroup v2 directory to be born in, or -1 */
int tree_procs_fd(const struct job *job); /* cgroup v1 file to write oneself into, or -1 */
bool tree_empty(struct job *job);         /* nobody lives but, at most, the zombie of the main process */
void tree_signal(struct job *job, int signal);
struct usage tree_usage(struct job *job);
void tree_cpu(struct job *job, int64_t *user_us, int64_t *system_us);
int tree_orphans(pid_t *pids, int max); /* own children that are no job's main process */
int64_t process_start_ticks(pid_t pid);
pid_t process_session(pid_t pid);

/* spawn.c */
bool spawn(struct job *job, const struct order *order, int lock_fd, char *reason);
void spawn_prepare(void);

/* attempt.c */
void attempt_start(const struct order *order);
void attempt_end(const char *job, int attempt, int64_t grace_ms, const char *reason);
void attempt_release(const char *job);
void attempts_reap(void);
void attempts_tick(int64_t now);
int64_t attempts_next(void); /* monotonic milliseconds of the next tick, INT64_MAX: none */
void attempts_stop(const char *reason);
struct job *attempt_of_main(pid_t pid);

/* link.c */
void link_open(void);
void link_accept(void);
void link_read(void);
void link_flush(void);
void link_ended(const char *line, size_t length); /* sent after the next log_sync */
void link_no_room(const char *line, size_t length);
void link_release_ends(void);
int link_listener(void);
int link_client(void);
bool link_wants_write(void);

#endif
