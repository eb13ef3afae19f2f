/* desaster, GPL-3.0-or-later, see LICENSE */

/*
 * Files of the run directory:
 *   <job>/<attempt>/   spec, start, out, err, exit, and where needed stdin, progress, dropped
 *   spare/<n>/1/       the same, empty, ready to be renamed
 *   attempts.log       "start" and "end" lines, the ends on disk before they are told
 *   attempts.old       its predecessor, until everything in it is on disk elsewhere
 *   reserve            room for ends when the disk is full
 */
#include "launcher.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LOG_MAX (8 * MIB)
#define RESERVE_BYTES (1 * MIB)
#define PREPARED_AT_ONCE 4
#define BLOCK 4096

static const char *const FILES[] = {"spec", "start", "out", "err", "exit"};
#define FILE_COUNT (int)(sizeof FILES / sizeof *FILES)

static int *spares; /* numbers of the directories below spare/ */
static int spare_count, spare_max, spare_next;
static int log_fd = -1;
static int64_t log_size;
static bool log_dirty, log_broken, reserve_gone;

static void path_of(char *path, size_t size, const char *job, int attempt, const char *name) {
  snprintf(path, size, "%s/%d/%s", job, attempt, name);
}

static bool write_all(int fd, const char *text, size_t length) {
  while (length > 0) {
    ssize_t n = write(fd, text, length);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    text += n;
    length -= (size_t)n;
  }
  return true;
}

static void make_reserve(void) {
  int fd = open("reserve", O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  reserve_gone = fd < 0 || posix_fallocate(fd, 0, RESERVE_BYTES) != 0;
  if (fd >= 0) {
    if (reserve_gone && ftruncate(fd, 0) != 0) warn_of("cannot empty reserve: %s", strerror(errno));
    close(fd);
  }
}

static bool use_reserve(void) {
  if (reserve_gone) return false;
  reserve_gone = true;
  return truncate("reserve", 0) == 0;
}

/* Whether what was kept for ends is in use and cannot be put back: then nothing may be started. */
bool store_short(void) {
  if (reserve_gone) make_reserve();
  return reserve_gone;
}

static void log_start_file(void) {
  log_fd = open("attempts.log", O_CREAT | O_WRONLY | O_APPEND | O_CLOEXEC, 0600);
  if (log_fd < 0) fatal("cannot open %s/attempts.log: %s", run_dir, strerror(errno));
  struct stat st;
  log_size = fstat(log_fd, &st) == 0 ? st.st_size : 0;
  char line[600];
  /* The empty first line ends one that a crash may have torn. */
  int n = snprintf(line, sizeof line, "%slauncher pid=%d boot=%s cgroup=%s .\n",
                   log_size > 0 ? "\n" : "", (int)getpid(), boot_id, tree_place());
  log_append(line, (size_t)n);
}

/* Begins a new log; the old one goes once all that it tells is on disk in the attempts' files. */
static void log_turn(void) {
  if (access("attempts.old", F_OK) == 0) return;
  if (rename("attempts.log", "attempts.old") != 0) return;
  close(log_fd);
  log_start_file();
  for (struct job *job = jobs; job; job = job->next) {
    char line[100];
    int n = snprintf(line, sizeof line, "start job=%s attempt=%d .\n", job->id, job->attempt);
    log_append(line, (size_t)n);
  }
  pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int fd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    _exit(fd >= 0 && syncfs(fd) == 0 && unlink("attempts.old") == 0 ? 0 : 1);
  }
}

void log_append(const char *line, size_t length) {
  if (!write_all(log_fd, line, length)) {
    /* A line that was cut in two is ended, so that the next can be read. */
    bool again = errno == ENOSPC && use_reserve() && write_all(log_fd, "\n", 1) &&
                 write_all(log_fd, line, length);
    if (!again) {
      log_broken = true;
      warn_of("cannot write %s/attempts.log: %s", run_dir, strerror(errno));
    }
  }
  log_size += (int64_t)length;
  log_dirty = true;
}

bool log_sync(void) {
  if (!log_dirty) return true;
  log_dirty = false;
  bool broken = log_broken;
  log_broken = false;
  /* A failed fdatasync is not tried again: what it was for may be lost, a new file is begun. */
  if (fdatasync(log_fd) != 0) {
    warn_of("cannot sync %s/attempts.log: %s", run_dir, strerror(errno));
    broken = true;
    close(log_fd);
    log_start_file();
  }
  if (log_size > LOG_MAX) log_turn();
  return !broken;
}

static bool make_files(const char *dir) {
  char path[200];
  for (int i = 0; i < FILE_COUNT; i++) {
    snprintf(path, sizeof path, "%s/%s", dir, FILES[i]);
    int fd = open(path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
    if (fd < 0) return false;
    close(fd);
  }
  return true;
}

static bool prepare_one(void) {
  char dir[64], inner[80];
  snprintf(dir, sizeof dir, "spare/%d", spare_next);
  snprintf(inner, sizeof inner, "%s/1", dir);
  if (mkdir(dir, 0700) != 0 && errno != EEXIST) return false;
  if (mkdir(inner, 0700) != 0 && errno != EEXIST) return false;
  if (!make_files(inner)) return false;
  spares[spare_count++] = spare_next++;
  return true;
}

void store_open(int max) {
  spare_max = max;
  spares = calloc((size_t)max + 1, sizeof *spares);
  if (!spares) fatal("out of memory");
  log_start_file();
  make_reserve();
  mkdir("spare", 0700);
  DIR *dir = opendir("spare");
  if (!dir) fatal("cannot read %s/spare: %s", run_dir, strerror(errno));
  for (struct dirent *entry; (entry = readdir(dir));) {
    int number = atoi(entry->d_name);
    if (entry->d_name[0] == '.') continue;
    if (number >= spare_next) spare_next = number + 1;
    char probe[300];
    snprintf(probe, sizeof probe, "spare/%s/1/exit", entry->d_name);
    struct stat st;
    if (spare_count < spare_max && stat(probe, &st) == 0 && st.st_size == 0) {
      spares[spare_count++] = number;
    }
  }
  closedir(dir);
}

bool store_idle(void) {
  if (store_short()) return false;
  for (int i = 0; i < PREPARED_AT_ONCE && spare_count < spare_max; i++) {
    if (!prepare_one()) return false;
  }
  return spare_count < spare_max;
}

bool store_has(const char *job, int attempt) {
  char path[100];
  path_of(path, sizeof path, job, attempt, ".");
  return access(path, F_OK) == 0;
}

static bool exists(int error) { return error == EEXIST || error == ENOTEMPTY || error == ENOTDIR; }

static enum take take_spare(const char *job, int attempt, int number) {
  char dir[64], first[80], mine[80], target[80];
  snprintf(dir, sizeof dir, "spare/%d", number);
  snprintf(first, sizeof first, "%s/1", dir);
  snprintf(mine, sizeof mine, "%s/%d", dir, attempt);
  snprintf(target, sizeof target, "%s/%d", job, attempt);
  if (attempt != 1 && rename(first, mine) != 0) return FAILED;
  if (rename(dir, job) == 0) return TAKEN;
  if (exists(errno) && rename(mine, target) == 0) {
    rmdir(dir);
    return TAKEN;
  }
  int error = errno;
  if (attempt != 1 && rename(mine, first) != 0) return FAILED;
  spares[spare_count++] = number;
  errno = error;
  return exists(error) ? KNOWN : FAILED;
}

enum take store_take(const char *job, int attempt) {
  if (spare_count > 0) return take_spare(job, attempt, spares[--spare_count]);
  char dir[80];
  snprintf(dir, sizeof dir, "%s/%d", job, attempt);
  if (mkdir(job, 0700) != 0 && errno != EEXIST) return FAILED;
  if (mkdir(dir, 0700) != 0) return errno == EEXIST ? KNOWN : FAILED;
  return TAKEN;
}

int store_file(const char *job, int attempt, const char *name, int flags) {
  char path[100];
  path_of(path, sizeof path, job, attempt, name);
  return open(path, flags | O_CREAT | O_CLOEXEC, 0600);
}

bool store_write(const char *job, int attempt, const char *name, const char *text, size_t length) {
  int fd = store_file(job, attempt, name, O_WRONLY);
  if (fd < 0) return false;
  bool done = write_all(fd, text, length);
  if (!done && errno == ENOSPC && strcmp(name, "exit") == 0 && use_reserve()) {
    done = lseek(fd, 0, SEEK_SET) == 0 && write_all(fd, text, length);
  }
  int error = errno;
  close(fd);
  errno = error;
  return done;
}

size_t store_read(const char *job, int attempt, const char *name, char *text, size_t size) {
  char path[100];
  path_of(path, sizeof path, job, attempt, name);
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  ssize_t n = fd < 0 ? 0 : read(fd, text, size - 1);
  if (fd >= 0) close(fd);
  text[n > 0 ? n : 0] = 0;
  return n > 0 ? (size_t)n : 0;
}

static bool own_file(const char *name) {
  for (int i = 0; i < FILE_COUNT; i++) {
    if (strcmp(name, FILES[i]) == 0) return true;
  }
  return false;
}

/* Empties an attempt's directory; true if it can serve again. */
static bool clean(const char *path, bool keep) {
  DIR *dir = opendir(path);
  if (!dir) return false;
  bool clean = true;
  for (struct dirent *entry; (entry = readdir(dir));) {
    const char *name = entry->d_name;
    if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0) continue;
    if (keep && own_file(name)) {
      int fd = openat(dirfd(dir), name, O_WRONLY | O_TRUNC | O_CLOEXEC | O_NOFOLLOW);
      struct stat st;
      if (fd < 0 || fstat(fd, &st) != 0 || st.st_uid != geteuid() || st.st_nlink != 1) clean = false;
      if (fd >= 0) close(fd);
    } else if (unlinkat(dirfd(dir), name, 0) != 0) {
      clean = false;
    }
  }
  closedir(dir);
  return clean;
}

void store_release(const char *job) {
  DIR *dir = opendir(job);
  if (!dir) return;
  bool kept = false;
  char path[400], first[80], spare[64];
  snprintf(first, sizeof first, "%s/1", job);
  for (struct dirent *entry; (entry = readdir(dir));) {
    if (entry->d_name[0] == '.') continue;
    snprintf(path, sizeof path, "%s/%s", job, entry->d_name);
    bool keep = !kept && spare_count < spare_max && strcmp(entry->d_name, "1") == 0;
    bool cleaned = clean(path, keep);
    if (keep && cleaned) {
      kept = true;
    } else if (rmdir(path) != 0 && (clean(path, false), rmdir(path) != 0)) {
      warn_of("cannot remove %s/%s: %s", run_dir, path, strerror(errno));
    }
  }
  closedir(dir);
  if (kept) {
    snprintf(spare, sizeof spare, "spare/%d", spare_next);
    if (make_files(first) && rename(job, spare) == 0) {
      spares[spare_count++] = spare_next++;
      return;
    }
    clean(first, false);
    rmdir(first);
  }
  rmdir(job);
}

bool store_drop(const char *job, int attempt) {
  char path[100];
  snprintf(path, sizeof path, "%s/%d", job, attempt);
  clean(path, false);
  bool gone = rmdir(path) == 0 || errno == ENOENT;
  rmdir(job); /* stays if other attempts are in it */
  return gone;
}

bool store_full(void) {
  struct statvfs fs;
  return statvfs(".", &fs) == 0 && fs.f_bavail == 0;
}

static bool trim_one(struct job *job, struct output *output, bool last) {
  struct stat st;
  if (fstat(output->fd, &st) != 0) return true;
  int64_t head = job->output_bytes / 2 / BLOCK * BLOCK;
  if (head < BLOCK) head = BLOCK;
  int64_t tail = job->output_bytes - head;
  if (tail < BLOCK) tail = BLOCK;
  output->seen = st.st_size;
  if (output->hole_to > st.st_size) { /* the job emptied its own output */
    output->hole_from = output->hole_to = 0;
  }
  int64_t to = (st.st_size - tail) / BLOCK * BLOCK;
  int64_t from = output->hole_to > head ? output->hole_to : head;
  int64_t least = last ? BLOCK : job->output_bytes / 8 + BLOCK;
  if (to - from < least) return true;
  int64_t old_from = output->hole_from, old_to = output->hole_to;
  output->hole_from = head;
  output->hole_to = to;
  char text[200];
  int n = snprintf(text, sizeof text, "out %020lld %020lld\nerr %020lld %020lld\n",
                   (long long)job->out.hole_from, (long long)job->out.hole_to,
                   (long long)job->err.hole_from, (long long)job->err.hole_to);
  if (!store_write(job->id, job->attempt, "dropped", text, (size_t)n) ||
      fallocate(output->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, from, to - from) != 0) {
    output->hole_from = old_from;
    output->hole_to = old_to;
    return false;
  }
  return true;
}

/* Drops the middle of outputs over the limit; false if the file system cannot. */
bool output_trim(struct job *job, bool last) {
  bool out = trim_one(job, &job->out, last);
  bool err = trim_one(job, &job->err, last);
  return out && err;
}
