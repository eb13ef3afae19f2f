/* desaster, GPL-3.0-or-later, see LICENSE */

/*
 * What belongs to a job.
 *
 * With cgroups (version 2, or any hierarchy of version 1 that lets us) each running job has one of
 * its own, taken from a pool and used again when empty; nothing can leave it. Without, a job's tree
 * is its session, its process group, its descendants, and those orphans (this process is their
 * subreaper) that carry the attempt in their environment.
 */
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PIDS_MAX 32768
#define KILL_PASSES 8
#define EXEC_PASSES 20
#define EXEC_PASS_NS 200000
#define EMPTY_MAX 1024

struct cgroup {
  struct cgroup *next;
  int number;
  int dir_fd, procs_fd, events_fd, cpu_fd;
  int64_t user_us, system_us; /* what earlier jobs used */
  bool spent; /* was killed: kernels since 6.13 kill also what is born into it later */
};

struct process {
  pid_t pid, parent, group, session;
  bool mine;
};

enum { NONE, V1, V2 };
static int version = NONE;
static char base[512];
static struct cgroup *pool;
static int pool_next;

static size_t read_file(int dir, const char *path, char *text, size_t size) {
  int fd = openat(dir, path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? -1 : read(fd, text, size - 1);
  if (fd >= 0) close(fd);
  text[n > 0 ? n : 0] = 0;
  return n > 0 ? (size_t)n : 0;
}

static bool try_base(int v, const char *mount, const char *own) {
  unsigned hash = 5381;
  for (const char *c = run_dir; *c; c++) hash = hash * 33 + (unsigned char)*c;
  if (strcmp(own, "/") == 0) own = "";
  if (snprintf(base, sizeof base, "%s%s/desaster-%08x", mount, own, hash) >= (int)sizeof base) return false;
  if (mkdir(base, 0755) != 0 && errno != EEXIST) return false;
  char probe[600];
  snprintf(probe, sizeof probe, "%s/cgroup.procs", base);
  if (access(probe, W_OK) != 0) {
    rmdir(base);
    return false;
  }
  version = v;
  return true;
}

/* Path of this process in the hierarchy whose controllers contain the name; "" for version 2. */
static bool own_path(const char *controller, char *path, size_t size) {
  char text[8192];
  read_file(AT_FDCWD, "/proc/self/cgroup", text, sizeof text);
  for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n")) {
    char *names = strchr(line, ':');
    char *where = names ? strchr(names + 1, ':') : NULL;
    if (!where) continue;
    *where++ = 0;
    names++;
    bool hit = *controller ? strstr(names, controller) != NULL : *names == 0;
    if (hit) return snprintf(path, size, "%s", where) < (int)size;
  }
  return false;
}

static bool try_mounts(const char *type, const char *controller, int v) {
  FILE *mounts = fopen("/proc/self/mounts", "re");
  char line[2048], dir[512], fs[64], options[1024], own[300];
  bool found = false;
  while (mounts && !found && fgets(line, sizeof line, mounts)) {
    if (sscanf(line, "%*s %511s %63s %1023s", dir, fs, options) != 3) continue;
    if (strcmp(fs, type) != 0 || (*controller && !strstr(options, controller))) continue;
    found = own_path(controller, own, sizeof own) && try_base(v, dir, own);
  }
  if (mounts) fclose(mounts);
  return found;
}

void tree_open(void) {
  const char *forced = getenv("DESASTER_LAUNCHER_CGROUP"); /* v2, v1 or none; for tests */
  bool any = !forced || !*forced;
  if ((any || strcmp(forced, "v2") == 0) && try_mounts("cgroup2", "", V2)) return;
  static const char *const hierarchies[] = {"pids", "freezer", "name=systemd"};
  for (int i = 0; i < 3 && (any || strcmp(forced, "v1") == 0); i++) {
    if (try_mounts("cgroup", hierarchies[i], V1)) return;
  }
  base[0] = 0;
}

const char *tree_place(void) { return base; }

void tree_close(void) {
  char path[600];
  for (int i = 0; version != NONE && i < pool_next; i++) {
    snprintf(path, sizeof path, "%s/%d", base, i);
    rmdir(path);
  }
  if (version != NONE) rmdir(base);
}

static bool read_cpu(const struct cgroup *cgroup, int64_t *user_us, int64_t *system_us) {
  char text[1024];
  ssize_t n = cgroup->cpu_fd < 0 ? -1 : pread(cgroup->cpu_fd, text, sizeof text - 1, 0);
  if (n <= 0) return false;
  text[n] = 0;
  char *user = strstr(text, "user_usec "), *system = strstr(text, "system_usec ");
  if (!user || !system) return false;
  *user_us = atoll(user + 10);
  *system_us = atoll(system + 12);
  return true;
}

static struct cgroup *make_cgroup(void) {
  char path[600];
  snprintf(path, sizeof path, "%s/%d", base, pool_next);
  if (mkdir(path, 0755) != 0 && errno != EEXIST) return NULL;
  struct cgroup *cgroup = calloc(1, sizeof *cgroup);
  if (!cgroup) return NULL;
  cgroup->number = pool_next++;
  cgroup->dir_fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  cgroup->procs_fd = openat(cgroup->dir_fd, "cgroup.procs", O_RDWR | O_CLOEXEC);
  cgroup->events_fd = openat(cgroup->dir_fd, "cgroup.events", O_RDONLY | O_CLOEXEC);
  cgroup->cpu_fd = version == V2 ? openat(cgroup->dir_fd, "cpu.stat", O_RDONLY | O_CLOEXEC) : -1;
  return cgroup;
}

bool tree_join(struct job *job) {
  if (version == NONE) return false;
  struct cgroup *cgroup = pool;
  if (cgroup) {
    pool = cgroup->next;
  } else if (!(cgroup = make_cgroup())) {
    return false;
  }
  job->cgroup = cgroup;
  if (!read_cpu(cgroup, &cgroup->user_us, &cgroup->system_us)) cgroup->user_us = cgroup->system_us = 0;
  return true;
}

static void remove_cgroup(struct cgroup *cgroup) {
  char path[600];
  snprintf(path, sizeof path, "%s/%d", base, cgroup->number);
  rmdir(path);
  int fds[] = {cgroup->dir_fd, cgroup->procs_fd, cgroup->events_fd, cgroup->cpu_fd};
  for (int i = 0; i < 4; i++) {
    if (fds[i] >= 0) close(fds[i]);
  }
  free(cgroup);
}

void tree_leave(struct job *job) {
  struct cgroup *cgroup = job->cgroup;
  job->cgroup = NULL;
  if (!cgroup) return;
  if (cgroup->spent) {
    remove_cgroup(cgroup);
    return;
  }
  cgroup->next = pool;
  pool = cgroup;
}

int tree_clone_fd(const struct job *job) { return job->cgroup && version == V2 ? job->cgroup->dir_fd : -1; }

int tree_procs_fd(const struct job *job) { return job->cgroup && version == V1 ? job->cgroup->procs_fd : -1; }

/* The fields of /proc/PID/stat after the name, which may hold any character. */
static char *stat_fields(pid_t pid, char *text, size_t size) {
  char path[40];
  snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
  if (read_file(AT_FDCWD, path, text, size) == 0) return NULL;
  char *end = strrchr(text, ')');
  return end && end[1] ? end + 2 : NULL;
}

int64_t process_start_ticks(pid_t pid) {
  char text[1024];
  char *fields = stat_fields(pid, text, sizeof text);
  for (int i = 0; fields && i < 19; i++) fields = strchr(fields + 1, ' ');
  return fields ? atoll(fields) : 0;
}

pid_t process_session(pid_t pid) {
  char text[1024];
  int session = 0;
  char *fields = stat_fields(pid, text, sizeof text);
  return fields && sscanf(fields, "%*c %*d %*d %d", &session) == 1 ? session : 0;
}

static int all_processes(struct process *processes, int max) {
  DIR *proc = opendir("/proc");
  int count = 0;
  for (struct dirent *entry; proc && count < max && (entry = readdir(proc));) {
    int pid = atoi(entry->d_name);
    char text[1024];
    char *fields = pid > 0 ? stat_fields(pid, text, sizeof text) : NULL;
    struct process *p = &processes[count];
    char state;
    if (!fields || sscanf(fields, "%c %d %d %d", &state, &p->parent, &p->group, &p->session) != 4) continue;
    if (state == 'Z' || state == 'X') continue;
    p->pid = pid;
    p->mine = false;
    count++;
  }
  if (proc) closedir(proc);
  return count;
}

/* Processes that were waited for in vain, each at the place of its pid: waiting is paid for once. */
static struct {
  pid_t pid;
  int64_t start_ticks;
} known_empty[EMPTY_MAX];

/*
 * The environment of a process that is just being replaced by exec reads as empty for a moment; one
 * that is gone or not for us to see is not waited for, nor one that is known to have none. Those are
 * read all the same, for they may get one by another exec.
 */
static size_t read_environment(pid_t pid, char *text, size_t size) {
  char path[40];
  snprintf(path, sizeof path, "/proc/%d/environ", (int)pid);
  size_t n = read_file(AT_FDCWD, path, text, size);
  if (n > 0) return n;
  int64_t start_ticks = process_start_ticks(pid);
  int place = pid % EMPTY_MAX;
  if (known_empty[place].pid == pid && known_empty[place].start_ticks == start_ticks) return 0;
  int passes = 0;
  for (; n == 0 && passes < EXEC_PASSES && access(path, R_OK) == 0; passes++) {
    nanosleep(&(struct timespec){0, EXEC_PASS_NS}, NULL);
    n = read_file(AT_FDCWD, path, text, size);
  }
  if (n == 0 && passes == EXEC_PASSES) {
    known_empty[place].pid = pid;
    known_empty[place].start_ticks = start_ticks;
  }
  return n;
}

static bool carries(pid_t pid, const struct job *job) {
  char id[80], attempt[40];
  static char text[65536];
  snprintf(id, sizeof id, "DESASTER_JOB_ID=%s", job->id);
  snprintf(attempt, sizeof attempt, "DESASTER_ATTEMPT=%d", job->attempt);
  size_t n = read_environment(pid, text, sizeof text);
  bool has_id = false, has_attempt = false;
  for (char *entry = text; entry < text + n; entry += strlen(entry) + 1) {
    if (strcmp(entry, id) == 0) has_id = true;
    if (strcmp(entry, attempt) == 0) has_attempt = true;
  }
  return has_id && has_attempt;
}

static bool is_mine(const struct process *p, const struct job *job, const struct process *all, int count) {
  if (p->pid == job->pid || p->session == job->pid || p->group == job->pid) return true;
  if (p->parent == getpid()) return !attempt_of_main(p->pid) && carries(p->pid, job);
  for (int i = 0; i < count; i++) {
    if (all[i].mine && all[i].pid == p->parent) return true;
  }
  return false;
}

static int members_by_proc(const struct job *job, pid_t *pids, int max) {
  static struct process all[PIDS_MAX];
  int count = all_processes(all, PIDS_MAX), found = 0;
  for (bool more = true; more;) {
    more = false;
    for (int i = 0; i < count; i++) {
      if (all[i].mine || !is_mine(&all[i], job, all, count)) continue;
      all[i].mine = more = true;
      if (found < max) pids[found++] = all[i].pid;
    }
  }
  return found;
}

static int members_by_cgroup(const struct job *job, pid_t *pids, int max) {
  int fd = openat(job->cgroup->dir_fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
  FILE *procs = fd < 0 ? NULL : fdopen(fd, "r");
  int count = 0;
  while (procs && count < max && fscanf(procs, "%d", &pids[count]) == 1) count++;
  if (procs) fclose(procs);
  return count;
}

static int members(const struct job *job, pid_t *pids, int max) {
  return job->cgroup ? members_by_cgroup(job, pids, max) : members_by_proc(job, pids, max);
}

int tree_orphans(pid_t *pids, int max) {
  char path[60], text[32768];
  snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
  int fd = open(path, O_RDONLY | O_CLOEXEC), count = 0;
  if (fd >= 0) {
    size_t n = read_file(AT_FDCWD, path, text, sizeof text);
    close(fd);
    char *at = text;
    while (n > 0 && count < max) {
      char *end;
      long pid = strtol(at, &end, 10);
      if (end == at) break;
      at = end;
      if (!attempt_of_main((pid_t)pid)) pids[count++] = (pid_t)pid;
    }
    return count;
  }
  static struct process all[PIDS_MAX];
  int total = all_processes(all, PIDS_MAX);
  for (int i = 0; i < total && count < max; i++) {
    if (all[i].parent == getpid() && !attempt_of_main(all[i].pid)) pids[count++] = all[i].pid;
  }
  return count;
}

bool tree_empty(struct job *job) {
  static pid_t pids[PIDS_MAX];
  if (job->cgroup && job->cgroup->events_fd >= 0) {
    char text[200];
    ssize_t n = pread(job->cgroup->events_fd, text, sizeof text - 1, 0);
    text[n > 0 ? n : 0] = 0;
    if (strstr(text, "populated 0")) return true;
  } else if (!job->cgroup && tree_orphans(pids, 1) == 0) {
    return true; /* what the main process left behind would be our child now */
  }
  int count = members(job, pids, PIDS_MAX);
  for (int i = 0; i < count; i++) {
    if (pids[i] != job->pid) return false;
  }
  return true;
}

static void signal_once(struct job *job, int signal) {
  static pid_t pids[PIDS_MAX];
  int count = members(job, pids, PIDS_MAX);
  for (int i = 0; i < count; i++) {
    kill(pids[i], signal);
    if (signal == SIGTERM) kill(pids[i], SIGCONT);
  }
}

void tree_signal(struct job *job, int signal) {
  if (signal != SIGKILL) {
    signal_once(job, signal);
    return;
  }
  int fd = job->cgroup ? openat(job->cgroup->dir_fd, "cgroup.kill", O_WRONLY | O_CLOEXEC) : -1;
  bool done = fd >= 0 && write(fd, "1", 1) == 1;
  if (fd >= 0) close(fd);
  if (done) job->cgroup->spent = true;
  if (done) return;
  kill(-job->pid, SIGKILL);
  for (int i = 0; i < KILL_PASSES; i++) signal_once(job, SIGKILL);
}

static int64_t resident_bytes(pid_t pid) {
  char path[40], text[200];
  long pages = 0;
  snprintf(path, sizeof path, "/proc/%d/statm", (int)pid);
  read_file(AT_FDCWD, path, text, sizeof text);
  return sscanf(text, "%*d %ld", &pages) == 1 ? pages * sysconf(_SC_PAGESIZE) : 0;
}

/* Shared pages counted in parts; -1 where the kernel does not tell. */
static int64_t proportional_bytes(pid_t pid) {
  char path[40], text[4096];
  snprintf(path, sizeof path, "/proc/%d/smaps_rollup", (int)pid);
  read_file(AT_FDCWD, path, text, sizeof text);
  char *pss = strstr(text, "\nPss:");
  return pss ? atoll(pss + 5) * KIB : -1;
}

static int64_t cpu_us(pid_t pid) {
  char text[1024];
  char *fields = stat_fields(pid, text, sizeof text);
  unsigned long long user, system;
  long long children_user, children_system;
  if (!fields || sscanf(fields, "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %llu %llu %lld %lld", &user,
                        &system, &children_user, &children_system) != 4) {
    return 0;
  }
  return (int64_t)(user + system + (unsigned long long)(children_user + children_system)) * 1000000 /
         sysconf(_SC_CLK_TCK);
}

struct usage tree_usage(struct job *job) {
  static pid_t pids[PIDS_MAX];
  struct usage usage = {0, job->orphans_user_us + job->orphans_system_us};
  int count = members(job, pids, PIDS_MAX);
  for (int i = 0; i < count; i++) {
    usage.rss_bytes += resident_bytes(pids[i]);
    usage.cpu_us += cpu_us(pids[i]);
  }
  if (job->memory_bytes > 0 && usage.rss_bytes > job->memory_bytes && count > 1) {
    int64_t sum = 0;
    for (int i = 0; i < count; i++) {
      int64_t part = proportional_bytes(pids[i]);
      sum += part >= 0 ? part : resident_bytes(pids[i]);
    }
    usage.rss_bytes = sum;
  }
  int64_t user, system;
  if (job->cgroup && read_cpu(job->cgroup, &user, &system)) {
    usage.cpu_us = user + system - job->cgroup->user_us - job->cgroup->system_us;
  }
  return usage;
}

/* What the whole tree used, where the kernel counts it; otherwise leaves the values alone. */
void tree_cpu(struct job *job, int64_t *user_us, int64_t *system_us) {
  int64_t user, system;
  if (!job->cgroup || !read_cpu(job->cgroup, &user, &system)) return;
  user -= job->cgroup->user_us;
  system -= job->cgroup->system_us;
  if (user > *user_us) *user_us = user;
  if (system > *system_us) *system_us = system;
}
