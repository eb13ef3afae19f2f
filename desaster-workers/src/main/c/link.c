/* desaster, GPL-3.0-or-later, see LICENSE */

/*
 * Frames over launcher.sock: length (4 bytes, big-endian, of what follows), type (1 byte), body.
 *   daemon → launcher                           launcher → daemon
 *   H  version                                  H  version=1 pid=… boot=…
 *   L                                           L  "<job> <attempt>\n" for each that runs
 *   S  order: key=value\0 …, stdin's bytes last D  the end line, once it is on disk
 *   E  job\0attempt\0grace ms\0reason\0
 *   R  job\0
 *   Q  end all, then stop
 * One daemon at a time: a new connection takes the place of the old one.
 */
#include "launcher.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define FRAME_MAX (64 * MIB)
#define UNSENT_MAX (64 * MIB)
#define HEAD 5
#define READ_AT_ONCE (256 * KIB)

struct bytes {
  char *at;
  size_t length, size;
};

extern char **environ;
static int listener = -1, client = -1;
static struct bytes input, output, ends;

static void reserve(struct bytes *bytes, size_t more) {
  if (bytes->size - bytes->length >= more) return;
  size_t size = bytes->size ? bytes->size : 4096;
  while (size - bytes->length < more) size *= 2;
  char *at = realloc(bytes->at, size);
  if (!at) fatal("out of memory for %zu bytes", size);
  bytes->at = at;
  bytes->size = size;
}

static void append(struct bytes *bytes, const void *from, size_t length) {
  reserve(bytes, length);
  memcpy(bytes->at + bytes->length, from, length);
  bytes->length += length;
}

static void append_frame(struct bytes *bytes, char type, const char *body, size_t length) {
  uint32_t n = (uint32_t)length + 1;
  unsigned char head[HEAD] = {(unsigned char)(n >> 24), (unsigned char)(n >> 16), (unsigned char)(n >> 8),
                              (unsigned char)n, (unsigned char)type};
  append(bytes, head, HEAD);
  append(bytes, body, length);
}

static void hang_up(void) {
  if (client >= 0) close(client);
  client = -1;
  input.length = output.length = ends.length = 0;
}

void link_open(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "launcher.sock"};
  unlink(address.sun_path);
  listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  mode_t before = umask(0177);
  if (listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0) {
    fatal("cannot listen on %s/launcher.sock: %s", run_dir, strerror(errno));
  }
  umask(before);
}

int link_listener(void) { return listener; }

int link_client(void) { return client; }

bool link_wants_write(void) { return output.length > 0; }

static bool trusted(int fd) {
  struct ucred peer;
  socklen_t length = sizeof peer;
  return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

void link_accept(void) {
  int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (fd < 0) return;
  if (!trusted(fd)) {
    close(fd);
    return;
  }
  hang_up();
  client = fd;
}

void link_flush(void) {
  size_t sent = 0;
  while (client >= 0 && sent < output.length) {
    ssize_t n = send(client, output.at + sent, output.length - sent, MSG_NOSIGNAL);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) break;
    if (n < 0) {
      hang_up();
      return;
    }
    sent += (size_t)n;
  }
  output.length -= sent;
  memmove(output.at, output.at + sent, output.length);
  if (output.length > UNSENT_MAX) hang_up(); /* it comes back and reads the files */
}

void link_ended(const char *line, size_t length) {
  if (client >= 0) append_frame(&ends, 'D', line, length);
}

void link_no_room(const char *line, size_t length) {
  if (client >= 0) append_frame(&output, 'N', line, length);
}

void link_release_ends(void) {
  if (ends.length == 0) return;
  append(&output, ends.at, ends.length);
  ends.length = 0;
}

/* A job's id becomes a path: nothing but a UUID is let through. */
static bool is_id(const char *text) {
  if (strlen(text) != ID_LENGTH) return false;
  for (int i = 0; i < ID_LENGTH; i++) {
    bool dash = i == 8 || i == 13 || i == 18 || i == 23;
    if (dash ? text[i] != '-' : !isxdigit((unsigned char)text[i])) return false;
  }
  return true;
}

/* The next text that ends with NUL within the body; NULL if there is none. */
static char *next_text(char **at, char *end) {
  char *text = *at;
  char *stop = memchr(text, 0, (size_t)(end - text));
  if (!stop) return NULL;
  *at = stop + 1;
  return text;
}

static void put(char ***list, int *count, int *size, char *value) {
  if (*count + 1 >= *size) {
    *size = *size ? *size * 2 : 64;
    char **grown = realloc(*list, (size_t)*size * sizeof **list);
    if (!grown) fatal("out of memory");
    *list = grown;
  }
  (*list)[(*count)++] = value;
  (*list)[*count] = NULL;
}

static bool same_name(const char *a, const char *b) {
  size_t length = strcspn(a, "=");
  return strncmp(a, b, length) == 0 && b[length] == '=';
}

/* The last entry of a name counts; the base is the launcher's own environment. */
static void put_env(char ***env, int *count, int *size, char *entry) {
  for (int i = 0; i < *count; i++) {
    if (same_name(entry, (*env)[i])) {
      (*env)[i] = entry;
      return;
    }
  }
  put(env, count, size, entry);
}

static bool set_field(struct order *order, const char *key, char *value) {
  if (strcmp(key, "job") == 0) order->job = value;
  else if (strcmp(key, "attempt") == 0) order->attempt = atoi(value);
  else if (strcmp(key, "cwd") == 0) order->cwd = value;
  else if (strcmp(key, "user") == 0) order->user = value;
  else if (strcmp(key, "umask") == 0) order->umask = (int)strtol(value, NULL, 8);
  else if (strcmp(key, "nice") == 0) order->nice = atoi(value), order->set_nice = true;
  else if (strcmp(key, "timeout") == 0) order->timeout_ms = atoll(value);
  else if (strcmp(key, "grace") == 0) order->grace_ms = atoll(value);
  else if (strcmp(key, "memory") == 0) order->memory_bytes = atoll(value);
  else if (strcmp(key, "cpu") == 0) order->cpu_ms = atoll(value);
  else if (strcmp(key, "output") == 0) order->output_bytes = atoll(value);
  else if (strcmp(key, "stdin") == 0) order->stdin_length = (size_t)atoll(value);
  else return false;
  return true;
}

static bool start(char *body, char *end) {
  static char **argv, **envp;
  static int argv_size, envp_size;
  int argc = 0, envc = 0;
  struct order order = {.cwd = "/", .umask = -1, .text = body};
  for (char **entry = environ; *entry; entry++) put(&envp, &envc, &envp_size, *entry);
  char *at = body;
  for (char *field; order.stdin_length == 0 && at < end && (field = next_text(&at, end));) {
    char *value = strchr(field, '=');
    if (!value) return false;
    *value++ = 0;
    if (strcmp(field, "arg") == 0) put(&argv, &argc, &argv_size, value);
    else if (strcmp(field, "env") == 0) put_env(&envp, &envc, &envp_size, value);
    else if (!set_field(&order, field, value)) return false;
    value[-1] = '=';
  }
  order.text_length = (size_t)(at - body);
  if (order.stdin_length > (size_t)(end - at)) return false;
  order.stdin_bytes = at;
  if (!order.job || !is_id(order.job) || order.attempt < 1 || argc == 0) return false;
  for (int i = 0; i < ENV_MORE; i++) put(&envp, &envc, &envp_size, NULL);
  order.argv = argv;
  order.envp = envp;
  attempt_start(&order);
  return true;
}

static bool end_one(char *body, char *end) {
  char *job = next_text(&body, end), *attempt = job ? next_text(&body, end) : NULL;
  char *grace = attempt ? next_text(&body, end) : NULL, *reason = grace ? next_text(&body, end) : NULL;
  if (!reason || !is_id(job) || atoi(attempt) < 1) return false;
  attempt_end(job, atoi(attempt), atoll(grace), reason);
  return true;
}

static bool release_one(char *body, char *end) {
  char *job = next_text(&body, end);
  if (!job || !is_id(job)) return false;
  attempt_release(job);
  return true;
}

static bool hello(void) {
  char body[200];
  int n = snprintf(body, sizeof body, "version=%d pid=%d boot=%s\n", PROTOCOL_VERSION, (int)getpid(), boot_id);
  append_frame(&output, 'H', body, (size_t)n);
  return true;
}

/* Answers with what runs; what ended before is in the files, what ends later is told. */
static bool list(void) {
  struct bytes body = {0};
  for (struct job *job = jobs; job; job = job->next) {
    char line[80];
    int n = snprintf(line, sizeof line, "%s %d\n", job->id, job->attempt);
    append(&body, line, (size_t)n);
  }
  log_sync();
  link_release_ends();
  append_frame(&output, 'L', body.length ? body.at : "", body.length);
  free(body.at);
  return true;
}

static bool handle(char type, char *body, char *end) {
  switch (type) {
    case 'H': return hello();
    case 'L': return list();
    case 'S': return start(body, end);
    case 'E': return end_one(body, end);
    case 'R': return release_one(body, end);
    case 'Q': raise(SIGTERM); return true;
    default: return false;
  }
}

static void handle_frames(void) {
  size_t at = 0;
  while (client >= 0 && input.length - at >= HEAD) {
    unsigned char *head = (unsigned char *)input.at + at;
    size_t length = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
    if (length < 1 || length > (size_t)FRAME_MAX) {
      warn_of("a frame of %zu bytes came from the daemon: hanging up", length);
      hang_up();
      return;
    }
    if (input.length - at < 4 + length) break;
    char *body = input.at + at + HEAD;
    if (!handle((char)head[4], body, body + length - 1)) {
      warn_of("cannot read a frame of type %c from the daemon: hanging up", isprint(head[4]) ? head[4] : '?');
      hang_up();
      return;
    }
    at += 4 + length;
  }
  input.length -= at;
  memmove(input.at, input.at + at, input.length);
}

void link_read(void) {
  reserve(&input, READ_AT_ONCE);
  ssize_t n = recv(client, input.at + input.length, READ_AT_ONCE, 0);
  if (n < 0 && (errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK)) return;
  if (n <= 0) {
    hang_up();
    return;
  }
  input.length += (size_t)n;
  handle_frames();
}
